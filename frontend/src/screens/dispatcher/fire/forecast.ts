/** A forecast in words and numbers. Pure. */
import type { ForecastArea, ForecastFacts } from '../../../lib/engine-types';
import { number, t } from '../../../lib/i18n.svelte';
import { hectares, HOUR, ms } from '../../../lib/time';

/** By what duty officers plan. */
export const HORIZONS = [1, 3, 6, 12, 24];
/** From this age on nobody should take a forecast for new. */
export const OLD_MS = 3.5 * HOUR;
const KM_H_PER_M_S = 3.6;

export function areaAt(facts: ForecastFacts, hour: number): ForecastArea | null {
  return facts.areas.find((area) => area.hour === hour) ?? null;
}

/** `за 24 ч ≈ 240 га`. */
export function outlook(facts: ForecastFacts): string {
  const last = facts.areas.at(-1);
  return last ? t('forecast_panel.essence', { h: last.hour, area: hectares(last.p50_ha) }) : '';
}

export interface WindLine {
  at: string;
  speed: string;
  from_deg: number;
}

/** Wind of the hours that begin at the horizons, and now. */
export function winds(facts: ForecastFacts): WindLine[] {
  return [0, ...HORIZONS.slice(1)].flatMap((hour) => {
    const then = ms(facts.at) + hour * HOUR;
    const found = facts.wind.filter(({ at }) => ms(at) <= then).at(-1);
    if (!found || hour > facts.hours) return [];
    const speed = t('forecast_panel.m_s', { v: number(found.km_h / KM_H_PER_M_S, 1) });
    return [{ at: hour ? `+${hour}` : t('timeline.now'), speed, from_deg: found.from_deg }];
  });
}
