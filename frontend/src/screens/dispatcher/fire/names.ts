/** What a fire is called in a sentence. */
import type { Fire } from '../../../lib/api-types';
import { shortNumber } from '../../../lib/fires';
import { t } from '../../../lib/i18n.svelte';

export function fireName(fire: Pick<Fire, 'number' | 'id'>): string {
  return fire.number ? `№ ${shortNumber(fire)}` : t('fire.signal', { label: shortNumber(fire) });
}
