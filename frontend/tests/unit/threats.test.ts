/** Threatened things: countdowns by the world's clock, the order of the queue, marks on the map. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { ExposedThing, Exposure, ExposureBrief } from '../../src/lib/engine-types';
import { byPriority, rowsOf } from '../../src/lib/fires';
import { Store } from '../../src/lib/store.svelte';
import { HOUR, MINUTE, ms } from '../../src/lib/time';
import { levelOf, sectorFeatures, threatFeatures } from '../../src/map/threats';
import { essenceOf, isOld, pointBars, whenOf } from '../../src/screens/dispatcher/fire/threats';
import { aFire, anEvent, aSnapshot, speak } from './helpers';

const NOW = ms('2026-08-14T06:00:00Z');
const at = (minutes: number) => new Date(NOW + minutes * MINUTE).toISOString();

const thing = (changes: Partial<ExposedThing> = {}): ExposedThing => ({
  layer: 'settlements',
  code: '1',
  kind: 'settlement',
  name: { ru: 'Бердигестях', en: 'Berdigestyakh' },
  people: 6000,
  sample: false,
  km: 8.4,
  bearing_deg: 90,
  point: [126.7, 62.1],
  downwind: false,
  band_km: 10,
  reach: null,
  ...changes,
});
const reach = (p10: number | null, p50: number | null, p90: number | null, probability = 0.6) => ({
  p10_at: p10 === null ? null : at(p10),
  p50_at: p50 === null ? null : at(p50),
  p90_at: p90 === null ? null : at(p90),
  probability,
});
const exposure = (changes: Partial<Exposure> = {}): Exposure => ({
  fire_id: 'f',
  fire_version: 1,
  at: at(-5),
  forecast_at: null,
  rules: 'exposure-1',
  wind: { from_deg: 270, km_h: 20, reasons: [] },
  sector: null,
  objects: [],
  more: 0,
  smoke: { screening: true, model: 'smoke-1', pm25_g_s: null, places: [], reasons: [] },
  priority: { score: 0, terms: [] },
  assumed: [],
  ...changes,
});
const brief = (fire_id: string, score: number): ExposureBrief => ({
  fire_id,
  fire_version: 1,
  at: at(0),
  forecast_at: null,
  score,
  objects: 0,
  downwind: 0,
  nearest: [],
});

beforeAll(() => speak('ru'));

describe('when the fire is there', () => {
  test('counts down to the moment by which half of the runs have come', () => {
    const when = whenOf(thing({ reach: reach(60, 125, 300) }), NOW);
    expect(when?.text).toContain('2:05:00');
    expect(when?.doubt).toContain('60');
    expect(whenOf(thing({ reach: reach(60, 125, 300) }), NOW + 1000)?.text).toContain('2:04:59');
  });
  test('a moment that has passed is told as passed', () => {
    const when = whenOf(thing({ reach: reach(-90, -30, null) }), NOW);
    expect(when?.text).toContain('30');
    expect(when?.text).not.toContain('-');
  });
  test('few runs make a chance and no countdown', () => {
    const when = whenOf(thing({ reach: reach(60, null, null, 0.2) }), NOW);
    expect(when?.urgent).toBe(false);
    expect(when?.doubt).toContain('20');
  });
  test('no run, no forecast and a fire inside are three different things', () => {
    expect(whenOf(thing({ reach: reach(null, null, null, 0) }), NOW)?.urgent).toBe(false);
    expect(whenOf(thing(), NOW)).toBeNull();
    expect(whenOf(thing({ km: 0 }), NOW)?.urgent).toBe(true);
  });
  test('a forecast older than a day is called old', () => {
    expect(isOld(exposure({ forecast_at: at(-25 * 60) }), NOW)).toBe(true);
    expect(isOld(exposure({ forecast_at: at(-23 * 60) }), NOW)).toBe(false);
    expect(isOld(exposure(), NOW + 99 * HOUR)).toBe(false);
  });
});

test('the essence is where people live, even if a road is nearer', () => {
  const road = thing({ kind: 'road', km: 1, name: { ru: 'Лена', en: 'Lena' } });
  expect(essenceOf(exposure({ objects: [road, thing()] }))).toContain('Бердигестях');
  expect(essenceOf(exposure({ objects: [road] }))).toContain('Лена');
  expect(essenceOf(exposure())).toBe('');
});

test('terms keep their order and their signs; the longest bar is the heaviest', () => {
  const term = (points: number) => ({ code: 'priority.area', params: { ha: 3 }, points, object: null });
  expect(pointBars([term(20), term(-40)]).map(({ width }) => width)).toEqual([50, 100]);
});

test('the map marks what is reached, what lies down the wind, and what is only near', () => {
  expect(levelOf(thing({ reach: reach(1, 2, 3) }))).toBe(3);
  expect(levelOf(thing({ downwind: true }))).toBe(2);
  expect(levelOf(thing({ downwind: null }))).toBe(1);
  expect(threatFeatures(exposure({ objects: [thing()] }))[0]?.geometry).toEqual({
    type: 'Point',
    coordinates: [126.7, 62.1],
  });
  expect(sectorFeatures(exposure())).toEqual([]);
  expect(threatFeatures(null)).toEqual([]);
});

test('the queue by priority puts the highest score first and keeps equal ones in place', () => {
  const fires = ['a', 'b', 'c'].map((id) => aFire({ id }));
  const rows = rowsOf('new', fires, []);
  const score: Record<string, number> = { a: 1, b: 50 };
  expect(byPriority(rows, (id) => score[id] ?? 1).map(({ key }) => key)).toEqual(['b', 'a', 'c']);
});

test('the store takes scores from the snapshot and from both events', () => {
  const store = new Store();
  store.load(aSnapshot({ exposures: [brief('f', 10)] }));
  expect(store.exposures.get('f')?.score).toBe(10);
  for (const [kind, score] of [
    ['fire.exposure', 20],
    ['fire.reach', 30],
  ] as const) {
    store.apply(anEvent(1, kind, { id: 'exposure:f', ...brief('f', score) } as { id: string }));
    expect(store.exposures.get('f')?.score).toBe(score);
  }
});
