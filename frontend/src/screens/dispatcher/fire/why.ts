/** The terms of the likelihood as a person reads them. Pure. */
import type { Explanation, Term } from '../../../lib/engine-types';
import { number, said } from '../../../lib/i18n.svelte';

/** Stands in the place of the weight while a text is made, so that it can be cut out again. */
const MARK = '\u2063';

/** The catalogue's text names the weight at its end; here it stands in a column of its own. */
export function termText({ code, params }: Pick<Term, 'code' | 'params'>): string {
  return said({ code, params: { ...params, weight: MARK } })
    .replace(new RegExp(`\\s*\\(${MARK}\\)`), '')
    .replace(MARK, '')
    .trim();
}

/** `+2,1` or `−0,4`, with a true minus. */
export function signed(value: number, digits = 1): string {
  const text = number(Math.abs(value), digits);
  if (Number(Math.abs(value).toFixed(digits)) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

export interface Bar extends Term {
  text: string;
  /** Share of the heaviest term, 0…100. */
  width: number;
}

export function bars({ terms }: Explanation['likelihood']): Bar[] {
  const most = Math.max(1, ...terms.map(({ weight }) => Math.abs(weight)));
  return terms.map((term) => ({
    ...term,
    text: termText(term),
    width: (100 * Math.abs(term.weight)) / most,
  }));
}

/** Never 0 or 100: an estimate is not certain, and a tired reader takes it at its word. */
export function percent(value: number): number {
  return Math.min(99, Math.max(1, Math.round(value * 100)));
}
