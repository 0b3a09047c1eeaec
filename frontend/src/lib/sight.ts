/** Coordinates as people type them, and where their lines of sight lead. */
import type { Point } from './api-types';
import { distanceKm, WGS84, wrap } from './geo';

const RAD = Math.PI / 180;
/** A smoke column is below the horizon beyond this, km; the server refuses farther crossings too. */
const SIGHT_KM = 150;

const HEMISPHERES: [RegExp, 'lat' | 'lon', 1 | -1][] = [
  [/(с\.?\s*ш\.?|(?<![a-zа-яё])[nс](?![a-zа-яё]))/i, 'lat', 1],
  [/(ю\.?\s*ш\.?|(?<![a-zа-яё])[sю](?![a-zа-яё]))/i, 'lat', -1],
  [/(в\.?\s*д\.?|(?<![a-zа-яё])[eв](?![a-zа-яё]))/i, 'lon', 1],
  [/(з\.?\s*д\.?|(?<![a-zа-яё])[wз](?![a-zа-яё]))/i, 'lon', -1],
];

export interface Angle {
  value: number;
  axis: 'lat' | 'lon' | null;
}

function angle(text: string): Angle | null {
  const hemisphere = HEMISPHERES.find(([pattern]) => pattern.test(text));
  const bare = text
    .replace(/[a-zа-яё.]*[a-zа-яё][a-zа-яё.]*/gi, ' ')
    // 62.27.48 is how degrees, minutes and seconds are dictated; nothing else has two points.
    .replace(/(\d+)\.(\d+)\.(\d+(?:,\d+)?)/g, '$1 $2 $3');
  const numbers = bare.replace(/(\d),(\d)/g, '$1.$2').match(/[-−]?\d+(?:\.\d+)?/g);
  if (!numbers || numbers.length > 3) return null;
  const parts = numbers.map((n) => Number(n.replace('−', '-')));
  const [degrees = 0, minutes = 0, seconds = 0] = parts;
  // Whatever stands before the last part must be whole: 62.27° 48′ is two readings at once.
  if (parts.slice(0, -1).some((part) => !Number.isInteger(part))) return null;
  if (minutes < 0 || minutes >= 60 || seconds < 0 || seconds >= 60) return null;
  const sign = degrees < 0 || Object.is(degrees, -0) ? -1 : 1;
  const value = (Math.abs(degrees) + minutes / 60 + seconds / 3600) * sign;
  return { value: hemisphere ? Math.abs(value) * hemisphere[2] : value, axis: hemisphere?.[1] ?? null };
}

/** Cuts a pair in two: at a separator if there is one, else after the first hemisphere, else in half. */
function halves(text: string): [string, string] | null {
  const clean = text.trim().replace(/\s+/g, ' ');
  const before = clean.match(/^([nsсю]\s*\d[^a-zа-яё]*)([ewвз]\s*\d[^a-zа-яё]*)$/i);
  if (before?.[1] && before[2]) return [before[1].replace(/[\s,;/]+$/, ''), before[2]];
  const byHemisphere = clean.match(/^(.*?(?:с\.?\s?ш\.?|ю\.?\s?ш\.?|[nsсю](?![a-zа-яё])))[\s,;/]*(.+)$/i);
  if (byHemisphere?.[1] && byHemisphere[2] && /\d/.test(byHemisphere[1]) && /\d/.test(byHemisphere[2])) {
    return [byHemisphere[1], byHemisphere[2]];
  }
  const bySeparator = clean.split(/\s*[;/]\s*|,\s+|\s+,/);
  if (bySeparator.length === 2) return [bySeparator[0] ?? '', bySeparator[1] ?? ''];
  const byComma = clean.split(',');
  if (byComma.length === 2) return [byComma[0] ?? '', byComma[1] ?? ''];
  const words = clean.split(' ');
  if (words.length % 2) return null;
  const middle = words.length / 2;
  return [words.slice(0, middle).join(' '), words.slice(middle).join(' ')];
}

/** The two angles of a text in their order, whatever they may be; null if there are no two. */
export function anglesOf(text: string): [Angle, Angle] | null {
  const pair = halves(text);
  const first = pair && angle(pair[0]);
  const second = pair && angle(pair[1]);
  return first && second ? [first, second] : null;
}

/** Reads a point in degrees, degrees-minutes or DMS, Latin or Russian hemispheres; null if unclear. */
export function parse(text: string): Point | null {
  const found = anglesOf(text);
  if (!found) return null;
  const [first, second] = found;
  const swapped = first.axis === 'lon' || second.axis === 'lat';
  const [lat, lon] = swapped ? [second, first] : [first, second];
  if (lat.axis === 'lon' || lon.axis === 'lat') return null;
  if (Math.abs(lat.value) > 90 || Math.abs(lon.value) > 180) return null;
  return [lon.value, lat.value];
}

/** Point at a true bearing (degrees) and distance on WGS 84 (Vincenty 1975, direct formula). */
export function destination([lon, lat]: Point, bearing: number, km: number): Point {
  const { a, f } = WGS84;
  const b = a * (1 - f);
  const sinA1 = Math.sin(bearing * RAD);
  const cosA1 = Math.cos(bearing * RAD);
  const tanU1 = (1 - f) * Math.tan(lat * RAD);
  const cosU1 = 1 / Math.sqrt(1 + tanU1 * tanU1);
  const sinU1 = tanU1 * cosU1;
  const sigma1 = Math.atan2(tanU1, cosA1);
  const sinAlpha = cosU1 * sinA1;
  const cos2Alpha = 1 - sinAlpha * sinAlpha;
  const u2 = (cos2Alpha * (a * a - b * b)) / (b * b);
  const bigA = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
  const bigB = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
  let sigma = (km * 1000) / (b * bigA);
  let cos2m = 0;
  for (let turn = 0; turn < 20; turn++) {
    cos2m = Math.cos(2 * sigma1 + sigma);
    const s = Math.sin(sigma);
    const c = Math.cos(sigma);
    const inner = c * (2 * cos2m ** 2 - 1) - (bigB / 6) * cos2m * (4 * s * s - 3) * (4 * cos2m ** 2 - 3);
    const next = (km * 1000) / (b * bigA) + bigB * s * (cos2m + (bigB / 4) * inner);
    if (Math.abs(next - sigma) < 1e-12) break;
    sigma = next;
  }
  const s = Math.sin(sigma);
  const c = Math.cos(sigma);
  const tmp = sinU1 * s - cosU1 * c * cosA1;
  const lat2 = Math.atan2(
    sinU1 * c + cosU1 * s * cosA1,
    (1 - f) * Math.sqrt(sinAlpha * sinAlpha + tmp * tmp),
  );
  const lambda = Math.atan2(s * sinA1, cosU1 * c - sinU1 * s * cosA1);
  const C = (f / 16) * cos2Alpha * (4 + f * (4 - 3 * cos2Alpha));
  const L = lambda - (1 - C) * f * sinAlpha * (sigma + C * s * (cos2m + C * c * (2 * cos2m ** 2 - 1)));
  return [wrap(lon + L / RAD), lat2 / RAD];
}

type Vec = [number, number, number];
const cross = (p: Vec, q: Vec): Vec => [
  p[1] * q[2] - p[2] * q[1],
  p[2] * q[0] - p[0] * q[2],
  p[0] * q[1] - p[1] * q[0],
];
const dot = (p: Vec, q: Vec) => p[0] * q[0] + p[1] * q[1] + p[2] * q[2];

function toVector([lon, lat]: Point): Vec {
  const c = Math.cos(lat * RAD);
  return [c * Math.cos(lon * RAD), c * Math.sin(lon * RAD), Math.sin(lat * RAD)];
}

function sightPlane(from: Point, bearing: number): Vec {
  return cross(toVector(from), toVector(destination(from, bearing, 100)));
}

export interface Crossing {
  point: Point;
  /** Angle between the two lines, degrees: below about 20 the point is poor. */
  angle: number;
}

/** Where two lines of sight meet in front of both observers (great circles); null if they don't. */
export function crossing(a: Point, bearingA: number, b: Point, bearingB: number): Crossing | null {
  const planeA = sightPlane(a, bearingA);
  const planeB = sightPlane(b, bearingB);
  const line = cross(planeA, planeB);
  const length = Math.hypot(...line);
  const sine = length / (Math.hypot(...planeA) * Math.hypot(...planeB));
  if (sine < 1e-6) return null;
  const unit = line.map((value) => value / length) as Vec;
  const ahead = (candidate: Vec) =>
    dot(cross(planeA, toVector(a)), candidate) > 0 && dot(cross(planeB, toVector(b)), candidate) > 0;
  const hit = [unit, unit.map((value) => -value) as Vec].find(ahead);
  if (!hit) return null;
  const point: Point = [Math.atan2(hit[1], hit[0]) / RAD, Math.asin(hit[2]) / RAD];
  // Great circles always meet somewhere; what lies beyond any observer's horizon is no answer.
  if (Math.max(distanceKm(a, point), distanceKm(b, point)) > SIGHT_KM) return null;
  return { point, angle: Math.asin(Math.min(1, sine)) / RAD };
}
