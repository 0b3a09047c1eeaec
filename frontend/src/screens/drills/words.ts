/** Values of a score in the reader's words. */
import { number, t } from '../../lib/i18n.svelte';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const TWO = 2;

/** A span of seconds in its own unit. */
export function span(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < TWO * MINUTE) return t('drills.second', { value: number(seconds, seconds < 10 ? 1 : 0) });
  if (seconds < TWO * HOUR) return t('drills.minute', { value: number(seconds / MINUTE, 1) });
  return t('drills.hour', { value: number(seconds / HOUR, 1) });
}

export const kept = (part: number | null, whole: number): string =>
  part === null ? '–' : `${part} / ${whole}`;
export const hectares = (value: number | null): string =>
  value === null ? '–' : t('drills.ha', { value: number(value, value < 10 ? 1 : 0) });
/** The dispatcher's screen in a drill's world, with a fire open if one is named. */
export const link = (world: string, fire = ''): string =>
  `/?world=${encodeURIComponent(world)}${fire && `#${fire}`}`;
