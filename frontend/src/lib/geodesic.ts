/** Lengths, azimuths and areas on the WGS 84 ellipsoid, as a forester measures them on the ground. Pure. */
import type { Point } from './api-types';
import { distanceKm, WGS84, wrap } from './geo';
import { destination } from './sight';

const RAD = Math.PI / 180;
const E2 = WGS84.f * (2 - WGS84.f);
const E = Math.sqrt(E2);
/** Legs longer than this are drawn bent, km: on a Mercator map they are no straight lines. */
const BEND_KM = 25;

export interface Leg {
  km: number;
  /** True azimuth at the beginning of the leg, degrees from north clockwise, 0 ≤ azimuth < 360. */
  azimuth: number;
}

/**
 * The shortest way between two points (Vincenty 1975, inverse formula; millimetres). Where it does not
 * converge, for points on opposite sides of the Earth, the length is that of the mean sphere.
 */
export function leg([lon1, lat1]: Point, [lon2, lat2]: Point): Leg {
  const { a, f } = WGS84;
  const L = wrap(lon2 - lon1) * RAD;
  const [u1, u2] = [lat1, lat2].map((lat) => Math.atan((1 - f) * Math.tan(lat * RAD))) as [number, number];
  const [sin1, cos1, sin2, cos2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let lambda = L;
  for (let turn = 0; turn < 100; turn++) {
    const [sinL, cosL] = [Math.sin(lambda), Math.cos(lambda)];
    const sinS = Math.hypot(cos2 * sinL, cos1 * sin2 - sin1 * cos2 * cosL);
    if (sinS === 0) return { km: 0, azimuth: 0 };
    const cosS = sin1 * sin2 + cos1 * cos2 * cosL;
    const sigma = Math.atan2(sinS, cosS);
    const sinA = (cos1 * cos2 * sinL) / sinS;
    const cos2A = 1 - sinA * sinA;
    const cosM = cos2A ? cosS - (2 * sin1 * sin2) / cos2A : 0;
    const C = (f / 16) * cos2A * (4 + f * (4 - 3 * cos2A));
    const next = L + (1 - C) * f * sinA * (sigma + C * sinS * (cosM + C * cosS * (2 * cosM * cosM - 1)));
    if (Math.abs(next - lambda) < 1e-12) {
      const b = a * (1 - f);
      const k = (cos2A * (a * a - b * b)) / (b * b);
      const A = 1 + (k / 16384) * (4096 + k * (-768 + k * (320 - 175 * k)));
      const B = (k / 1024) * (256 + k * (-128 + k * (74 - 47 * k)));
      const inner =
        cosS * (2 * cosM * cosM - 1) - (B / 6) * cosM * (4 * sinS * sinS - 3) * (4 * cosM * cosM - 3);
      const metres = b * A * (sigma - B * sinS * (cosM + (B / 4) * inner));
      const azimuth = Math.atan2(cos2 * sinL, cos1 * sin2 - sin1 * cos2 * cosL) / RAD;
      return { km: metres / 1000, azimuth: (azimuth + 360) % 360 };
    }
    lambda = next;
  }
  return { km: distanceKm([lon1, lat1], [lon2, lat2]), azimuth: 0 };
}

export function legs(points: Point[], closed = false): Leg[] {
  const ends = closed && points.length > 2 ? [...points, points[0] as Point] : points;
  return ends.slice(1).map((point, i) => leg(ends[i] as Point, point));
}

/** The sine-like function whose integral is area (Snyder 1987, eq. 3-12), with its value at the pole. */
function q(lat: number): number {
  const s = Math.sin(lat * RAD);
  return (1 - E2) * (s / (1 - E2 * s * s) - Math.log((1 - E * s) / (1 + E * s)) / (2 * E));
}
const Q_POLE = q(90);
/** Radius of the sphere with the ellipsoid's surface, m. */
const AUTHALIC_M = WGS84.a * Math.sqrt(Q_POLE / 2);

/**
 * Area of a ring in hectares; the ring may be open. Corners go to the sphere of equal area and are joined
 * there by great circles, which differ from geodesics by less than 0.02 % of a region's area.
 */
export function hectaresWithin(ring: Point[]): number {
  let excess = 0;
  ring.forEach(([lon1, lat1], i) => {
    const [lon2, lat2] = ring[(i + 1) % ring.length] as Point;
    const half = (lat: number) => Math.tan(Math.asin(Math.max(-1, Math.min(1, q(lat) / Q_POLE))) / 2);
    const [a, b] = [half(lat1), half(lat2)];
    excess += 2 * Math.atan((Math.tan((wrap(lon2 - lon1) * RAD) / 2) * (a + b)) / (1 + a * b));
  });
  return (Math.abs(excess) * AUTHALIC_M ** 2) / 10_000;
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
  const ends = closed && points.length > 2 ? [...points, points[0] as Point] : points;
  const line: GeoJSON.Position[] = [];
  let last: number | null = null;
  const put = ([lon, lat]: Point) => {
    const x: number = last === null ? lon : last + wrap(lon - last);
    last = x;
    line.push([x, lat]);
  };
  ends.forEach((point, i) => {
    const from = ends[i - 1];
    if (from) {
      const { km, azimuth } = leg(from, point);
      const steps = Math.min(100, Math.ceil(km / BEND_KM));
      for (let step = 1; step < steps; step++) put(destination(from, azimuth, (km * step) / steps));
    }
    put(point);
  });
  return line;
}
