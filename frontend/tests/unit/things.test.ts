/** What a partner's page sends with a file, and how his things are found and painted. */
import { expect, test } from 'vitest';
import { byLines, found, isKm, painted, query, type Page } from '../../src/screens/partner/things';

const file = new File(['x'], 'линии 1.csv');
const wish = { file, kind: '', watch: '', alarm: '', whole: false, repair: false };
const named = (external_id: string, name: Record<string, string>) =>
  ({ type: 'Feature', properties: { external_id, name } }) as unknown as Page['features'][number];

test('what was left empty is not said, so that the file speaks for itself', () => {
  expect(query(wish, { dry_run: 'true' })).toBe(
    new URLSearchParams({ name: 'линии 1.csv', dry_run: 'true' }).toString(),
  );
  const all = query({ ...wish, kind: 'tower', watch: '0', alarm: '5', whole: true, repair: true }, {});
  expect(Object.fromEntries(new URLSearchParams(all))).toEqual({
    name: 'линии 1.csv',
    kind: 'tower',
    watch_km: '0',
    alarm_km: '5',
    retire_missing: 'true',
    repair: 'true',
  });
});

test('looking and keeping say the same but for what is done', () => {
  const look = new URLSearchParams(query({ ...wish, whole: true }, { dry_run: 'true' }));
  const keep = new URLSearchParams(query({ ...wish, whole: true }, { plan: 'p' }));
  look.delete('dry_run');
  keep.delete('plan');
  expect(look.toString()).toBe(keep.toString());
});

test.each([
  ['', true],
  ['0', true],
  ['200', true],
  ['200.5', false],
  ['-1', false],
  ['forty', false],
  ['Infinity', false],
])('%j km is a distance: %s', (text, fine) => expect(isKm(text, 200)).toBe(fine));

test('things are found by key and by every name, whatever the case', () => {
  const all = [named('VL-7', { ru: 'ВЛ 110', en: 'Line' }), named('T-1', { ru: 'Вышка' })];
  const keys = (words: string) => found(all, words).map(({ properties }) => properties.external_id);
  expect(keys(' вл ')).toEqual(['VL-7']);
  expect(keys('t-')).toEqual(['T-1']);
  expect(keys('LINE')).toEqual(['VL-7']);
  expect(keys('')).toHaveLength(2);
});

test('a plan is painted in the map’s own words', () => {
  const shapes = {
    type: 'FeatureCollection',
    features: ['created', 'changed', 'retired', 'same'].map((change) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [129, 62] },
      properties: { change },
    })),
  } as GeoJSON.FeatureCollection;
  const words = painted(shapes).features.map(({ properties }) => properties?.change as string);
  expect(words).toEqual(['added', 'changed', 'removed', 'same']);
});

test('tables are counted by lines, all others by features', () => {
  expect(['a.CSV', 'b.txt', 'c.geojson', 'd.zip'].map(byLines)).toEqual([true, true, false, false]);
});
