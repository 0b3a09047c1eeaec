/** What the layer and the panel of fire danger say in the same words. */
import type { Danger, DangerDay } from '../../../lib/engine-types';
import { t } from '../../../lib/i18n.svelte';
import { dayMonth } from '../../../lib/time';

export const ROMAN = ['–', 'I', 'II', 'III', 'IV', 'V'];

/** The day that is looked at; the region's today where it is no longer among the days. */
export function shownDay(danger: Danger, wanted: string | null): DangerDay | undefined {
  return danger.days.find(({ day }) => day === wanted) ?? danger.days[0];
}

/** `17 июл., сегодня`; a calendar day has no hour that a zone could move. */
export function dayText({ day, kind }: Pick<DangerDay, 'day' | 'kind'>): string {
  const text = dayMonth(`${day}T12:00:00Z`, 'UTC');
  return kind === 'today' ? `${text}, ${t('danger_panel.today')}` : text;
}
