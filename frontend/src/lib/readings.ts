/**
 * Coordinates that were mistyped or misheard: what is wrong with them, and what was likely meant. A
 * reading is only offered, and only where it lies in the region; a person chooses. Pure.
 */
import type { Point } from './api-types';
import { distanceKm } from './geo';
import { anglesOf, parse } from './sight';

export type Box = [number, number, number, number];
/** Which slip would explain the text. */
export type Slip = 'swapped' | 'point_lost' | 'packed_dm' | 'packed_dms' | 'commas' | 'decimals';
export type Fault = 'one_number' | 'latitude' | 'minutes' | 'outside' | 'unclear';
export interface Reading {
  point: Point;
  slip: Slip;
}
/** Fires beyond the border are told to us as well, degrees. */
const MARGIN = 1;
/** Two readings closer than this are one, km. */
const SAME_KM = 0.05;

export function isWithin([lon, lat]: Point, [west, south, east, north]: Box): boolean {
  const inLon =
    west <= east
      ? lon >= west - MARGIN && lon <= east + MARGIN
      : lon >= west - MARGIN || lon <= east + MARGIN;
  return inLon && lat >= south - MARGIN && lat <= north + MARGIN;
}

/** Digits that were said without a mark between them: of a latitude, then of a longitude. */
function unpacked(digits: string, degrees: number, slip: Slip): number | null {
  const head = Number(digits.slice(0, degrees));
  const rest = digits.slice(degrees);
  if (slip === 'point_lost') return Number(`${head}.${rest || 0}`);
  const minutes = rest.slice(0, 2);
  if (minutes.length < 2 || Number(minutes) >= 60) return null;
  if (slip === 'packed_dm') return head + Number(`${minutes}.${rest.slice(2) || 0}`) / 60;
  const seconds = rest.slice(2, 4);
  if (seconds.length < 2 || Number(seconds) >= 60) return null;
  return head + Number(minutes) / 60 + Number(`${seconds}.${rest.slice(4) || 0}`) / 3600;
}

function packed(text: string): Reading[] {
  const pair = text.trim().match(/^[nсs]?\s*(\d{4,9})\s*[nсs]?[\s,;/]+[eв]?\s*(\d{4,10})\s*[eв]?$/i);
  if (!pair?.[1] || !pair[2]) return [];
  const [, lat, lon] = pair as [string, string, string];
  const found: Reading[] = [];
  for (const slip of ['packed_dms', 'packed_dm', 'point_lost'] as const) {
    for (const width of [3, 2]) {
      const [y, x] = [unpacked(lat, 2, slip), unpacked(lon, width, slip)];
      if (y !== null && x !== null) found.push({ point: [x, y], slip });
    }
  }
  return found;
}

/** Every number, with the text cut at each: four of them may be two whole parts and their decimals. */
function regrouped(text: string): Reading[] {
  const four = text.trim().match(/^(\d{1,2})[,\s]+(\d+)[,;\s]+(\d{1,3})[,\s]+(\d+)$/);
  if (!four) return [];
  const point: Point = [Number(`${four[3]}.${four[4]}`), Number(`${four[1]}.${four[2]}`)];
  return [{ point, slip: text.includes(',') ? 'commas' : 'decimals' }];
}

function swapped(text: string): Reading[] {
  const pair = anglesOf(text);
  if (!pair) return [];
  return [{ point: [pair[0].value, pair[1].value], slip: 'swapped' }];
}

/** What a text may have meant, the likeliest first; empty where it is read without doubt. */
export function likely(text: string, box: Box): Reading[] {
  const plain = parse(text);
  if (plain && isWithin(plain, box)) return [];
  const all = [...swapped(text), ...regrouped(text), ...packed(text)].filter(
    ({ point }) => Math.abs(point[1]) <= 90 && Math.abs(point[0]) <= 180 && isWithin(point, box),
  );
  return all.filter(
    ({ point }, i) => !all.slice(0, i).some((other) => distanceKm(other.point, point) < SAME_KM),
  );
}

/** What is wrong with a text; null where it is a point in the region. `outside` is a point all the same. */
export function faultOf(text: string, box: Box): Fault | null {
  const point = parse(text);
  if (point) return isWithin(point, box) ? null : 'outside';
  const numbers = text.match(/\d+(?:[.,]\d+)?/g) ?? [];
  if (numbers.length === 1) return 'one_number';
  const pair = anglesOf(text);
  const size = Math.max(...(pair ?? []).map(({ value }) => Math.abs(value)));
  if (size > 90 && size <= 180) return 'latitude';
  const isSixty = (text: string) => !/[.,]/.test(text) && Number(text) >= 60 && Number(text) < 100;
  if (numbers.length > 3 && numbers.some((text, i) => i % (numbers.length / 2) > 0 && isSixty(text)))
    return 'minutes';
  return 'unclear';
}
