/** Threatened things as a person reads them. Pure. */
import type { ExposedThing, Exposure, PriorityTerm } from '../../../lib/engine-types';
import { named, said, t, term } from '../../../lib/i18n.svelte';
import { age, clock, countdown, DAY, kilometres, ms } from '../../../lib/time';

/** What a thing is called; a nameless one by what it is. */
export function nameOf(one: Pick<ExposedThing, 'name' | 'code' | 'kind'>): string {
  return named(one.name) || `${term('exposed', one.kind)} ${one.code}`;
}

/** The nearest thing that people live in, else the nearest of all. */
export function essenceOf({ objects }: Exposure): string {
  const first = objects.find(({ kind }) => kind === 'settlement') ?? objects[0];
  return first ? t('threat_panel.essence', { name: nameOf(first), d: kilometres(first.km) }) : '';
}

export interface When {
  text: string;
  /** What stands beside it: between which moments, in which share of the runs. */
  doubt: string;
  urgent: boolean;
}

/** By when the fire is there; null where no forecast has looked. `now` is the world's clock. */
export function whenOf({ km, reach }: ExposedThing, now: number): When | null {
  if (km === 0) return { text: t('threat_panel.touched'), doubt: '', urgent: true };
  if (!reach) return null;
  const share = t('threat_panel.share', { p: Math.round(reach.probability * 100) });
  const { p10_at, p50_at, p90_at } = reach;
  if (p50_at) {
    const left = ms(p50_at) - now;
    const text =
      left > 0 ? t('threat_panel.in', { t: countdown(left) }) : t('threat_panel.passed', { age: age(-left) });
    const from = clock(p10_at ?? p50_at);
    const span = p90_at
      ? t('threat_panel.between', { from, to: clock(p90_at) })
      : t('threat_panel.earliest', { from });
    return { text, doubt: `${span} · ${share}`, urgent: true };
  }
  if (p10_at)
    return { text: t('threat_panel.perhaps', { from: clock(p10_at) }), doubt: share, urgent: false };
  const text = reach.probability > 0 ? share : t('threat_panel.not_soon');
  return { text, doubt: '', urgent: false };
}

/** How old a forecast may be, ms, before its times are told to be unreliable. */
export const OLD = DAY;

export function isOld(exposure: Exposure, now: number): boolean {
  return exposure.forecast_at !== null && now - ms(exposure.forecast_at) > OLD;
}

export interface PointBar {
  name: string;
  text: string;
  points: number;
  /** Share of the heaviest term, 0…100. */
  width: number;
}

export function pointBars(terms: PriorityTerm[]): PointBar[] {
  const most = Math.max(1, ...terms.map(({ points }) => Math.abs(points)));
  return terms.map(({ code, params, points, object }) => ({
    name: object ? named(object.name) || object.code : '',
    text: said({ code, params }),
    points,
    width: (100 * Math.abs(points)) / most,
  }));
}
