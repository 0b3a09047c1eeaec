/** Coordinates in the three notations of the service, distances, and the map's scale. */
import type { Point } from './api-types';

export type Notation = 'deg' | 'dm' | 'dms';
const RAD = Math.PI / 180;
/** WGS 84: semi-major axis (m) and flattening, NIMA TR8350.2. */
export const WGS84 = { a: 6_378_137, f: 1 / 298.257223563 };
/** Mean Earth radius, m (IUGG). */
const EARTH_M = 6_371_008.8;

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

/** Geodesic distance on the mean sphere, km. */
export function distanceKm([lon1, lat1]: Point, [lon2, lat2]: Point): number {
  const s = Math.sin(((lat2 - lat1) * RAD) / 2);
  const u = Math.sin(((lon2 - lon1) * RAD) / 2);
  const h = s * s + Math.cos(lat1 * RAD) * Math.cos(lat2 * RAD) * u * u;
  return (2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)))) / 1000;
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
