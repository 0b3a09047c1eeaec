/** How a plan ends, in words. */
import { t } from '../../../../lib/i18n.svelte';
import { age, HOUR } from '../../../../lib/time';

export const heldText = (hours: number | null): string =>
  hours === null ? t('forces_panel.not_contained') : t('forces_panel.contained', { age: age(hours * HOUR) });
