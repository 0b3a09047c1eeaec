/** Coordinates in the three notations of the service, read back in any of them, and plane-table sums. */
import type { Point } from './api-types';

export type Notation = 'deg' | 'dm' | 'dms';
const RAD = Math.PI / 180;
/** WGS 84: semi-major axis (m) and flattening, NIMA TR8350.2. */
const WGS84 = { a: 6_378_137, f: 1 / 298.257223563 };
/** Mean Earth radius, m (IUGG). */
const EARTH_M = 6_371_008.8;
/** A smoke column is below the horizon beyond this, km; the server refuses farther crossings too. */
const SIGHT_KM = 150;

/** Rounds the smallest unit first, so that 59.9999 minutes become the next degree, not "60". */
function split(value: number, notation: Notation): string {
  const size = Math.abs(value);
  if (notation === 'deg') return `${size.toFixed(5)}°`;
  const digits = notation === 'dm' ? 3 : 1;
  const perDegree = notation === 'dm' ? 60 : 3600;
  const scale = 10 ** digits;
  const ticks = Math.round(size * perDegree * scale);
  const degrees = Math.floor(ticks / (perDegree * scale));
  const rest = (ticks - degrees * perDegree * scale) / scale;
  const pad = (n: number, width: number, d: number) => n.toFixed(d).padStart(width + (d ? d + 1 : 0), '0');
  if (notation === 'dm') return `${degrees}°${pad(rest, 2, digits)}′`;
  const minutes = Math.floor(rest / 60);
  return `${degrees}°${pad(minutes, 2, 0)}′${pad(rest - minutes * 60, 2, digits)}″`;
}

/** `62.46360° N, 128.12850° E`; latitude first, as it is spoken over the radio. */
export function format([lon, lat]: Point, notation: Notation): string {
  return `${split(lat, notation)} ${lat < 0 ? 'S' : 'N'}, ${split(wrap(lon), notation)} ${wrap(lon) < 0 ? 'W' : 'E'}`;
}

export function wrap(lon: number): number {
  return ((((lon + 180) % 360) + 360) % 360) - 180;
}

const HEMISPHERES: [RegExp, 'lat' | 'lon', 1 | -1][] = [
  [/(с\.?\s*ш\.?|(?<![a-zа-яё])[nс](?![a-zа-яё]))/i, 'lat', 1],
  [/(ю\.?\s*ш\.?|(?<![a-zа-яё])[sю](?![a-zа-яё]))/i, 'lat', -1],
  [/(в\.?\s*д\.?|(?<![a-zа-яё])[eв](?![a-zа-яё]))/i, 'lon', 1],
  [/(з\.?\s*д\.?|(?<![a-zа-яё])[wз](?![a-zа-яё]))/i, 'lon', -1],
];

interface Angle {
  value: number;
  axis: 'lat' | 'lon' | null;
}

function angle(text: string): Angle | null {
  const hemisphere = HEMISPHERES.find(([pattern]) => pattern.test(text));
  const bare = text.replace(/[a-zа-яё.]*[a-zа-яё][a-zа-яё.]*/gi, ' ');
  const numbers = bare.replace(/(\d),(\d)/g, '$1.$2').match(/[-−]?\d+(?:\.\d+)?/g);
  if (!numbers || numbers.length > 3) return null;
  const [degrees = 0, minutes = 0, seconds = 0] = numbers.map((n) => Number(n.replace('−', '-')));
  if (minutes < 0 || minutes >= 60 || seconds < 0 || seconds >= 60) return null;
  const sign = degrees < 0 || Object.is(degrees, -0) ? -1 : 1;
  const value = (Math.abs(degrees) + minutes / 60 + seconds / 3600) * sign;
  return { value: hemisphere ? Math.abs(value) * hemisphere[2] : value, axis: hemisphere?.[1] ?? null };
}

/** Cuts a pair in two: at a separator if there is one, else after the first hemisphere, else in half. */
function halves(text: string): [string, string] | null {
  const clean = text.trim().replace(/\s+/g, ' ');
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

/** Reads a point in degrees, degrees-minutes or DMS, Latin or Russian hemispheres; null if unclear. */
export function parse(text: string): Point | null {
  const pair = halves(text);
  if (!pair) return null;
  const first = angle(pair[0]);
  const second = angle(pair[1]);
  if (!first || !second) return null;
  const swapped = first.axis === 'lon' || second.axis === 'lat';
  const [lat, lon] = swapped ? [second, first] : [first, second];
  if (lat.axis === 'lon' || lon.axis === 'lat') return null;
  if (Math.abs(lat.value) > 90 || Math.abs(lon.value) > 180) return null;
  return [lon.value, lat.value];
}

/** Geodesic distance on the mean sphere, km. */
export function distanceKm([lon1, lat1]: Point, [lon2, lat2]: Point): number {
  const s = Math.sin(((lat2 - lat1) * RAD) / 2);
  const u = Math.sin(((lon2 - lon1) * RAD) / 2);
  const h = s * s + Math.cos(lat1 * RAD) * Math.cos(lat2 * RAD) * u * u;
  return (2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)))) / 1000;
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

/** Metres per CSS pixel of a Mercator map with 512-pixel tiles at that latitude. */
export function metresPerPixel(lat: number, zoom: number): number {
  return (2 * Math.PI * WGS84.a * Math.cos(lat * RAD)) / (512 * 2 ** zoom);
}

/** A round length (1, 2, 3 or 5 × 10ⁿ metres) that fits into `room` pixels, and its width. */
export function scaleBar(lat: number, zoom: number, room: number): { metres: number; pixels: number } {
  const perPixel = metresPerPixel(lat, zoom);
  const most = perPixel * room;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = ([5, 3, 2, 1].find((step) => step * power <= most) ?? 1) * power;
  return { metres, pixels: metres / perPixel };
}

const WINDS = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const;
export function windName(bearing: number): (typeof WINDS)[number] {
  return WINDS[Math.round((((bearing % 360) + 360) % 360) / 45) % 8] ?? 'n';
}
