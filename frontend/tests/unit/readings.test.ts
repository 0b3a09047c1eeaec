/** Coordinates as they come over radio and telephone: read, refused with a reason, or offered anew. */
import { describe, expect, test } from 'vitest';
import { distanceKm } from '../../src/lib/geo';
import { faultOf, likely, type Box } from '../../src/lib/readings';
import { parse } from '../../src/lib/sight';

const YAKUTIA: Box = [105, 55, 163, 77];
const HERE = [128.1285, 62.4636] as [number, number];
/** A tenth of a minute is what people round to, km. */
const NEAR_KM = 0.2;

describe('any common notation is read', () => {
  test.each([
    '62.4636 128.1285',
    '62,4636 128,1285',
    '62,4636; 128,1285',
    '62.4636, 128.1285',
    'N62.4636 E128.1285',
    'N62.4636E128.1285',
    'N 62°27.816′, E 128°07.710′',
    '62.4636N 128.1285E',
    '62°27′49″ с.ш. 128°07′43″ в.д.',
    '62 27 49 128 07 43',
    '62.27.49 128.07.43',
    '62.27.49 с.ш. 128.07.43 в.д.',
    '62°27.816 128°07.710',
    '128.1285 в.д. 62.4636 с.ш.',
  ])('%s', (text) => {
    const point = parse(text);
    expect(point).not.toBeNull();
    expect(distanceKm(point ?? [0, 0], HERE)).toBeLessThan(NEAR_KM);
    expect(likely(text, YAKUTIA)).toEqual([]);
    expect(faultOf(text, YAKUTIA)).toBeNull();
  });

  test('a fraction of a degree with minutes behind it is two readings at once, so it is none', () => {
    expect(parse('62.27° 48′ 128.07° 42′')).toBeNull();
  });
});

describe('a slip is named, and the likely reading offered', () => {
  test.each([
    ['128.1285 62.4636', 'latitude', 'swapped'],
    ['6246360 12812850', 'unclear', 'point_lost'],
    ['622749 1280743', 'unclear', 'packed_dms'],
    ['6227816 12807710', 'unclear', 'packed_dm'],
    ['62,4636,128,1285', 'unclear', 'commas'],
    ['62 4636 128 1285', 'unclear', 'decimals'],
  ])('%s', (text, fault, slip) => {
    expect(faultOf(text, YAKUTIA)).toBe(fault);
    const hit = likely(text, YAKUTIA).find((one) => one.slip === slip);
    expect(hit).toBeDefined();
    expect(distanceKm(hit?.point ?? [0, 0], HERE)).toBeLessThan(NEAR_KM);
  });

  test.each([
    ['62.4636', 'one_number'],
    ['62 75 00 128 10 00', 'minutes'],
    ['55.75 37.62', 'outside'],
    ['у старой вышки', 'unclear'],
  ])('%s', (text, fault) => {
    expect(faultOf(text, YAKUTIA)).toBe(fault);
    expect(likely(text, YAKUTIA)).toEqual([]);
  });

  test('nothing is offered that lies far from the region', () => {
    expect(likely('37.62 55.75', YAKUTIA)).toEqual([]);
  });
});
