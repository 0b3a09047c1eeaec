import { describe, expect, test } from 'vitest';
import { isInside, outlines, ringHectares, simpler, withHoles } from '../../src/lib/shapes';

const square = (lon: number, lat: number, d: number): GeoJSON.Position[] => [
  [lon - d, lat - d],
  [lon + d, lat - d],
  [lon + d, lat + d],
  [lon - d, lat + d],
  [lon - d, lat - d],
];
const circle = (n: number, d = 0.1): GeoJSON.Position[] =>
  Array.from({ length: n + 1 }, (_, i) => {
    const a = ((i % n) / n) * 2 * Math.PI;
    return [129 + d * Math.cos(a), 62 + d * Math.sin(a)];
  });

describe('a lasso', () => {
  test('takes what lies inside, also in a bay of its line', () => {
    const bay: GeoJSON.Position[] = [
      [0, 0],
      [10, 0],
      [10, 10],
      [5, 2],
      [0, 10],
    ];
    expect(isInside([2, 2], bay)).toBe(true);
    expect(isInside([5, 6], bay)).toBe(false);
    expect(isInside([11, 5], bay)).toBe(false);
  });
});

describe('an edge to be corrected', () => {
  test('keeps few enough corners to be dragged, and its shape', () => {
    const [ring = []] = outlines({ type: 'Polygon', coordinates: [circle(2000)] }).outers;
    expect(ring.length).toBeLessThanOrEqual(150);
    expect(ring[0]).toEqual(ring.at(-1));
    expect(Math.abs(ringHectares(ring) / ringHectares(circle(2000)) - 1)).toBeLessThan(0.02);
  });

  test('a line keeps its ends and every corner that matters', () => {
    const line: GeoJSON.Position[] = [
      [129, 62],
      [129.1, 62.00001],
      [129.2, 62],
      [129.2, 62.1],
    ];
    expect(simpler(line, 50)).toEqual([line[0], line[2], line[3]]);
  });

  test('holes go with the outline that still holds them, others are dropped', () => {
    const hole = square(129, 62, 0.01);
    const kept = withHoles([square(129, 62, 0.1), square(131, 62, 0.1)], [hole, square(135, 62, 0.01)]);
    expect(kept.type).toBe('MultiPolygon');
    expect((kept.coordinates as GeoJSON.Position[][][]).map((rings) => rings.length)).toEqual([2, 1]);
    expect(withHoles([square(129, 62, 0.1)], [])).toMatchObject({ type: 'Polygon' });
  });

  test('its area is the one on the globe', () => {
    // A quarter of the mean sphere's octant row: one degree by one degree at the equator, R = 6371.0088 km.
    const degree = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
      [0, 0],
    ];
    const exact = ((6371.0088 ** 2 * Math.PI) / 180) * Math.sin(Math.PI / 180) * 100;
    expect(ringHectares(degree)).toBeCloseTo(exact, 0);
  });
});
