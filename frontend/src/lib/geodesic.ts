/** Lengths, azimuths and areas on the WGS 84 ellipsoid, as a forester measures them on the ground. Pure. */
import geographiclib from 'geographiclib-geodesic';
import type { Point } from './api-types';
import { wrap } from './geo';

const { WGS84 } = geographiclib.Geodesic;
/** Legs longer than this are drawn bent, km: on a Mercator map they are no straight lines. */
const BEND_KM = 25;

export interface Leg {
  km: number;
  /** True azimuth at the beginning of the leg, degrees from north clockwise, 0 ≤ azimuth < 360. */
  azimuth: number;
}

/** The shortest way between two points. */
export function leg([lon1, lat1]: Point, [lon2, lat2]: Point): Leg {
  const { s12 = 0, azi1 = 0 } = WGS84.Inverse(lat1, lon1, lat2, lon2);
  return { km: s12 / 1000, azimuth: s12 ? (azi1 + 360) % 360 : 0 };
}

const closing = (points: Point[], closed: boolean): Point[] =>
  closed && points.length > 2 ? [...points, points[0] as Point] : points;

export function legs(points: Point[], closed = false): Leg[] {
  const ends = closing(points, closed);
  return ends.slice(1).map((point, i) => leg(ends[i] as Point, point));
}

/** Area of a ring in hectares; the ring may be open. */
export function hectaresWithin(ring: Point[]): number {
  const polygon = WGS84.Polygon(false);
  for (const [lon, lat] of ring) polygon.AddPoint(lat, lon);
  return Math.abs(polygon.Compute(false, true).area ?? 0) / 10_000;
}

/** Whether sides of a ring cross, so that it has no area to speak of. */
export function crossesItself(ring: Point[]): boolean {
  const n = ring.length;
  const east = ([lon]: Point) => (ring[0] as Point)[0] + wrap(lon - (ring[0] as Point)[0]);
  const side = (a: Point, b: Point, c: Point) =>
    Math.sign((east(b) - east(a)) * (c[1] - a[1]) - (b[1] - a[1]) * (east(c) - east(a)));
  for (let i = 0; i < n; i++) {
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue; // neighbours round the corner
      const [a, b] = [ring[i] as Point, ring[(i + 1) % n] as Point];
      const [c, d] = [ring[j] as Point, ring[(j + 1) % n] as Point];
      if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return true;
    }
  }
  return false;
}

/** A line through the points as it lies on the ground, with longitudes that run on across 180°. */
export function drawn(points: Point[], closed = false): GeoJSON.Position[] {
  const line: GeoJSON.Position[] = [];
  let last: number | null = null;
  const put = ([lon, lat]: Point) => {
    const x: number = last === null ? lon : last + wrap(lon - last);
    last = x;
    line.push([x, lat]);
  };
  closing(points, closed).forEach((point, i, ends) => {
    const from = ends[i - 1];
    if (from) {
      const way = WGS84.InverseLine(from[1], from[0], point[1], point[0]);
      const steps = Math.min(100, Math.ceil(way.s13 / 1000 / BEND_KM));
      for (let step = 1; step < steps; step++) {
        const { lat2 = 0, lon2 = 0 } = way.Position((way.s13 * step) / steps);
        put([lon2, lat2]);
      }
    }
    put(point);
  });
  return line;
}
