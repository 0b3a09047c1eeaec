/** What was measured, in words: for the panel, for the map, for the clipboard. */
import type { Point } from '../../../lib/api-types';
import { format, type Notation } from '../../../lib/geo';
import type { Leg } from '../../../lib/geodesic';
import { number, t } from '../../../lib/i18n.svelte';
import type { MeasureTool } from './measure.svelte';

/** Metres below a kilometre; then as many digits as a map can hold. */
export function length(km: number): string {
  if (km < 1) return `${number(km * 1000)} ${t('unit.m')}`;
  return t('unit.km', { v: number(km, km < 10 ? 2 : km < 1000 ? 1 : 0) });
}

/** `214°`; less than a degree says more than anybody can point. */
export function azimuth(degrees: number): string {
  return `${number(Math.round(degrees) % 360)}°`;
}

export function hectaresAnd(hectares: number): string {
  const square = hectares / 100;
  const ha = t('unit.ha', { v: number(hectares, hectares < 100 ? 1 : 0) });
  return `${ha} · ${t('measure.km2', { v: number(square, square < 10 ? 2 : square < 100 ? 1 : 0) })}`;
}

export const legText = (leg: Leg) => `${length(leg.km)} · ${azimuth(leg.azimuth)}`;

/** All of it as lines of text, to be sent on. */
export function asText(tool: MeasureTool, notation: Notation): string {
  const corner = (point: Point, i: number) => `${i + 1}. ${format(point, notation)}`;
  const lines = tool.points.flatMap((point, i) => {
    const next = tool.legs[i];
    return next ? [corner(point, i), `   → ${legText(next)}`] : [corner(point, i)];
  });
  const total = tool.isRing
    ? [t('measure.area', { v: hectaresAnd(tool.hectares) }), t('measure.perimeter', { v: length(tool.km) })]
    : [t('measure.total', { v: length(tool.km) })];
  return [...lines, ...total].join('\n');
}
