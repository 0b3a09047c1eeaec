/** Measuring: against GeographicLib's answers (pyproj.Geod on WGS 84), not against ourselves. */
import { describe, expect, test } from 'vitest';
import type { Point } from '../../src/lib/api-types';
import { crossesItself, drawn, hectaresWithin, leg, legs } from '../../src/lib/geodesic';

const KNOWN: [Point, Point, number, number][] = [
  [[129.7331, 62.0339], [128.1285, 62.4636], -59.423967364551984, 96160.87238220155],
  [[179.5, 68.0], [-179.5, 68.2], 61.35837242390346, 47238.956920554105],
  [[129.0, 62.0], [129.0, 63.0], 0, 111453.64869914817],
  [[0, 0], [120, 10], 78.48441460192515, 13302195.047142195],
];

describe('a leg', () => {
  test.each(KNOWN)('from %j to %j', (from, to, azimuth, metres) => {
    const got = leg(from, to);
    expect(Math.abs(got.km * 1000 - metres)).toBeLessThan(1e-4);
    expect(got.azimuth).toBeCloseTo((azimuth + 360) % 360, 9);
  });

  test('of no length has no direction, and points on opposite sides of the Earth have a length', () => {
    expect(leg([129, 62], [129, 62])).toEqual({ km: 0, azimuth: 0 });
    expect(leg([0, 0], [179.9, 0.1]).km).toBeGreaterThan(19_900);
  });

  test('a closed line has one leg more than an open one', () => {
    const points: Point[] = [
      [129, 62],
      [129.5, 62],
      [129.5, 62.3],
    ];
    expect(legs(points)).toHaveLength(2);
    expect(legs(points, true)).toHaveLength(3);
    expect(legs(points.slice(0, 2), true)).toHaveLength(1);
  });
});

/** Square metres and perimeter by GeographicLib. */
const RINGS: [string, Point[], number, number][] = [
  [
    'a forest quarter',
    [
      [129, 62],
      [129.01, 62],
      [129.01, 62.005],
      [129, 62.004],
    ],
    262760.8093,
    2062.620391,
  ],
  [
    'a big fire',
    [
      [129, 62],
      [129.5, 62],
      [129.5, 62.3],
      [129, 62.3],
    ],
    871633946.625,
    119008.946535,
  ],
  [
    'a third of the region',
    [
      [128, 60],
      [140, 60],
      [140, 70],
      [128, 70],
    ],
    626982659012.38,
    3355996.253859,
  ],
  [
    'across 180°',
    [
      [179.8, 68],
      [-179.8, 68.05],
      [-179.9, 68.3],
      [179.7, 68.2],
    ],
    452235140.185,
    88456.998428,
  ],
];

describe('an area', () => {
  test.each(RINGS)('of %s', (_name, ring, area, perimeter) => {
    expect(Math.abs((hectaresWithin(ring) * 1e4) / area - 1)).toBeLessThan(1e-9);
    const metres = legs(ring, true).reduce((sum, { km }) => sum + km * 1000, 0);
    expect(Math.abs(metres / perimeter - 1)).toBeLessThan(1e-9);
  });

  test('does not depend on the direction in which it is walked', () => {
    const ring = RINGS[1]?.[1] ?? [];
    expect(hectaresWithin([...ring].reverse())).toBeCloseTo(hectaresWithin(ring), 6);
  });

  test('a bow tie is known as one, a plain ring is not, nor one across 180°', () => {
    const [a, b, c, d] = RINGS[1]?.[1] as [Point, Point, Point, Point];
    expect(crossesItself([a, c, b, d])).toBe(true);
    for (const [, ring] of RINGS) expect(crossesItself(ring)).toBe(false);
  });
});

test('a long leg is drawn as it lies on the ground, and runs on across 180°', () => {
  const line = drawn([
    [120, 62],
    [140, 62],
  ]);
  expect(Math.max(...line.map(([, lat = 0]) => lat))).toBeGreaterThan(62.3);
  const across = drawn([
    [179.5, 68],
    [-179.5, 68.2],
  ]);
  expect(across.at(-1)?.[0]).toBeCloseTo(180.5, 6);
});
