/** Values of figures in the reader's words. */
import type { Definition, FigureResult, Thing } from '../../lib/api-figures';
import { knows, locales, number, t, term } from '../../lib/i18n.svelte';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TWO = 2;

/** A span of seconds in its own unit; a negative one keeps its sign. */
export function span(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < TWO * MINUTE) return t('figures.second', { value: number(seconds) });
  if (size < TWO * HOUR) return t('figures.minute', { value: number(seconds / MINUTE, 1) });
  if (size < TWO * DAY) return t('figures.hour', { value: number(seconds / HOUR, 1) });
  return t('figures.day', { value: number(seconds / DAY, 1) });
}

export const percent = (share: number): string => `${number(share * 100, 1)} %`;

export function value(definition: Definition, told: number | null): string {
  if (told === null) return '–';
  if (definition.unit === 'share') return percent(told);
  return definition.unit === 'ha' ? t('figures.ha', { value: number(told, 1) }) : span(told);
}

/** What a figure is told by: its share, else its median. */
export const main = (definition: Definition, result: FigureResult): number | null =>
  definition.unit === 'share' ? result.share : result.median;

export const shown = (definition: Definition, result: FigureResult): string =>
  value(definition, main(definition, result));

/** Why a thing is not counted: a status, a moment, a reason of rejection, or a word of its own. */
export function why(code: string): string {
  if (code === 'one_source') return t('figures.one_source');
  if (code === 'settled') return t('figures.settled');
  for (const list of ['moment', 'status', 'reject', 'told'])
    if (knows(`${list}.${code}`)) return term(list, code);
  return code;
}

export function day(iso: string): string {
  return new Date(`${iso}T00:00:00`).toLocaleDateString(locales(), { dateStyle: 'medium' });
}

/** The dispatcher's page with this fire open; reports have no page of their own. */
export const link = (thing: Thing, world: string): string | null =>
  thing.kind === 'fire' ? `/?world=${encodeURIComponent(world)}#${thing.id}` : null;
