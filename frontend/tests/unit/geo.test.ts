import { describe, expect, test } from 'vitest';
import type { Point } from '../../src/lib/api-types';
import { distanceKm, format, metresPerPixel, scaleBar, windName } from '../../src/lib/geo';
import { crossing, destination, parse } from '../../src/lib/sight';

describe('notations', () => {
  const point: Point = [128.1285, 62.4636];

  test('three notations of one point', () => {
    expect(format(point, 'deg')).toBe('62.46360° N, 128.12850° E');
    expect(format(point, 'dm')).toBe('62°27.816′ N, 128°07.710′ E');
    expect(format(point, 'dms')).toBe('62°27′49.0″ N, 128°07′42.6″ E');
  });

  test('rounding never writes sixty minutes or seconds', () => {
    expect(format([10, 61.9999999], 'dms')).toBe('62°00′00.0″ N, 10°00′00.0″ E');
    expect(format([10, 61.9999999], 'dm')).toBe('62°00.000′ N, 10°00.000′ E');
  });

  test('south, west and beyond 180°', () => {
    expect(format([-70.5, -33.25], 'deg')).toBe('33.25000° S, 70.50000° W');
    expect(format([181, 70], 'deg')).toBe('70.00000° N, 179.00000° W');
  });

  test.each([
    '62.4636 128.1285',
    '62.4636, 128.1285',
    '62,4636 128,1285',
    '62,4636; 128,1285',
    '62.4636N 128.1285E',
    'N62.4636 E128.1285',
    '62°27.816′ 128°07.710′',
    '62 27.816 128 07.710',
    '62°27′48.96″ N, 128°07′42.6″ E',
    '62°27\'48.96" с.ш. 128°07\'42.6" в.д.',
    '62°27′48.96″ с. ш., 128°07′42.6″ в. д.',
    '128.1285 в.д., 62.4636 с.ш.',
    '62.4636 с.ш. 128.1285 в.д.',
  ])('reads %s', (text) => {
    const found = parse(text);
    expect(found?.[0]).toBeCloseTo(128.1285, 5);
    expect(found?.[1]).toBeCloseTo(62.4636, 5);
  });

  test.each([
    '',
    'Якутск',
    '62',
    '62 27 48 128',
    '95.5 20',
    '62 200',
    '62°75′ 128°10′',
    '1 2 3 4 5',
    '62 N 63 N',
  ])('refuses %s', (text) => expect(parse(text)).toBeNull());

  test('what is written can be read back', () => {
    for (let i = 0; i < 400; i++) {
      const lon = ((i * 137.508) % 360) - 180;
      const lat = ((i * 71.3) % 180) - 90;
      for (const notation of ['deg', 'dm', 'dms'] as const) {
        const back = parse(format([lon, lat], notation));
        expect(back?.[0]).toBeCloseTo(lon, 4);
        expect(back?.[1]).toBeCloseTo(lat, 4);
      }
    }
  });
});

describe('bearings', () => {
  test('direct problem equals the published one (Vincenty 1975; Flinders Peak to Buninyon, ICSM)', () => {
    // GDA technical manual: 306°52′05.37″, 54 972.271 m from 37°57′03.72030″ S 144°25′29.52440″ E.
    const start: Point = [144 + 25 / 60 + 29.5244 / 3600, -(37 + 57 / 60 + 3.7203 / 3600)];
    const found = destination(start, 306 + 52 / 60 + 5.37 / 3600, 54.972271);
    expect(found[1]).toBeCloseTo(-(37 + 39 / 60 + 10.1561 / 3600), 6);
    expect(found[0]).toBeCloseTo(143 + 55 / 60 + 35.3839 / 3600, 6);
  });

  test('crossing undoes two sights on one point', () => {
    const target: Point = [129.1, 62.2];
    const a: Point = [128.6, 62.0];
    const b = destination(target, 210, 25);
    // The reverse bearing is found by turning until the target is hit: independent of crossing().
    const bearingTo = (from: Point): number => {
      let best = 0;
      let least = Infinity;
      for (let at = 0; at < 360; at += 0.01) {
        const miss = distanceKm(destination(from, at, distanceKm(from, target)), target);
        if (miss < least) [best, least] = [at, miss];
      }
      return best;
    };
    const hit = crossing(a, bearingTo(a), b, bearingTo(b));
    expect(hit && distanceKm(hit.point, target)).toBeLessThan(0.05);
  });

  test('lines that part give no point', () => {
    expect(crossing([128, 62], 270, [129, 62], 90)).toBeNull();
    expect(crossing([128, 62], 0, [128, 62.5], 0)).toBeNull();
  });

  test('compass words', () => {
    expect([0, 44, 46, 180, 337.4, 359].map(windName)).toEqual(['n', 'ne', 'ne', 's', 'nw', 'n']);
  });
});

describe('scale', () => {
  test('is true to the latitude: half as long at 60° as at the equator', () => {
    expect(metresPerPixel(60, 5) / metresPerPixel(0, 5)).toBeCloseTo(0.5, 6);
  });

  test('bar is round and fits its room', () => {
    for (let zoom = 1; zoom < 15; zoom += 0.3) {
      const { metres, pixels } = scaleBar(63, zoom, 110);
      expect(pixels).toBeLessThanOrEqual(110);
      expect(pixels).toBeGreaterThan(40);
      expect(Number(String(metres)[0])).toBe(metres / 10 ** Math.floor(Math.log10(metres)));
    }
  });
});
