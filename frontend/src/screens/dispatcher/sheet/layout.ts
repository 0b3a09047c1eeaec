/** Where things lie on a sheet of paper, at which scale the map stands, and its net. Millimetres. Pure. */
import type { Point } from '../../../lib/api-types';
import { metresPerPixel, WGS84, wrap } from '../../../lib/geo';

export type Paper = 'a4' | 'a3';
export type Turn = 'portrait' | 'landscape';
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}
const SIZE: Record<Paper, [number, number]> = { a4: [210, 297], a3: [297, 420] };
/** What office printers leave white, and the heights above and below the map. */
const MARGIN = 10;
const HEAD = 16;
const NET = 4;
const FOOT: Record<Turn, number> = { portrait: 46, landscape: 38 };

export const MM_PER_PX = 25.4 / 96;
const PX_M = MM_PER_PX / 1000;

export function paperOf(paper: Paper, turn: Turn): { width: number; height: number } {
  const [short, long] = SIZE[paper];
  return turn === 'portrait' ? { width: short, height: long } : { width: long, height: short };
}

/** The map's frame; round it lies a rim for the figures of the net. */
export function frameOf(paper: Paper, turn: Turn): Rect {
  const { width, height } = paperOf(paper, turn);
  const x = MARGIN + NET;
  const y = MARGIN + HEAD + NET;
  return { x, y, width: width - 2 * x, height: height - y - NET - FOOT[turn] - MARGIN };
}

export function footOf(paper: Paper, turn: Turn): Rect {
  const { width, height } = paperOf(paper, turn);
  return { x: MARGIN, y: height - MARGIN - FOOT[turn], width: width - 2 * MARGIN, height: FOOT[turn] };
}

export const HEADER: Rect = { x: MARGIN, y: MARGIN, width: 0, height: HEAD };

/** Denominators that people are used to, 1 : n. */
export const SCALES = [
  5_000, 10_000, 25_000, 50_000, 100_000, 200_000, 300_000, 500_000, 750_000, 1_000_000, 1_500_000, 2_000_000,
  2_500_000, 3_000_000, 4_000_000, 5_000_000, 6_000_000, 7_500_000, 10_000_000, 12_500_000, 15_000_000,
  20_000_000, 25_000_000, 30_000_000,
] as const;

/** The zoom at which a Mercator map stands at 1 : `denominator` on paper, in its middle latitude. */
export function zoomOf(denominator: number, lat: number): number {
  const whole = 2 * Math.PI * WGS84.a * Math.cos((lat * Math.PI) / 180);
  return Math.log2(whole / (512 * denominator * PX_M));
}

export function scaleAt(zoom: number, lat: number): number {
  return metresPerPixel(lat, zoom) / PX_M;
}

/** The largest round scale at which the frame holds a view of `width` × `height` CSS pixels. */
export function scaleFor(
  view: { zoom: number; lat: number; width: number; height: number },
  frame: Rect,
): number {
  const metres = metresPerPixel(view.lat, view.zoom);
  const wanted = Math.max((view.width * metres) / frame.width, (view.height * metres) / frame.height) * 1000;
  return SCALES.find((scale) => scale >= wanted * 0.999) ?? SCALES[SCALES.length - 1] ?? 1;
}

/** A round length for the scale bar, about a quarter of `room`, m and mm. */
export function barOf(denominator: number, room: number): { metres: number; length: number } {
  const most = (room / 1000) * denominator;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = ([5, 2, 1].find((step) => step * power <= most) ?? 1) * power;
  return { metres, length: (metres / denominator) * 1000 };
}

const STEPS_DEG = [1 / 120, 1 / 60, 1 / 30, 1 / 12, 1 / 6, 0.25, 0.5, 1, 2, 5, 10, 20];
const toY = (lat: number) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
const toLat = (y: number) => (Math.atan(Math.exp(y)) * 360) / Math.PI - 90;

export interface Line {
  /** Degrees. */
  at: number;
  /** Millimetres from the sheet's left, or top. */
  mm: number;
}
export interface Net {
  meridians: Line[];
  parallels: Line[];
  /** North-west, north-east, south-east, south-west. */
  corners: [Point, Point, Point, Point];
}

function stepFor(span: number): number {
  return STEPS_DEG.find((step) => span / step <= 6) ?? 30;
}

/** Meridians and parallels across a frame whose middle is `centre`. */
export function netOf([lon, lat]: Point, denominator: number, frame: Rect): Net {
  // Degrees of longitude, and of Mercator's y, per millimetre of paper.
  const metres = denominator / 1000;
  const perMm = metres / (WGS84.a * Math.cos((lat * Math.PI) / 180));
  const half = { x: (frame.width / 2) * perMm * (180 / Math.PI), y: (frame.height / 2) * perMm };
  const [west, east] = [lon - half.x, lon + half.x];
  const [south, north] = [toLat(toY(lat) - half.y), toLat(toY(lat) + half.y)];
  const lines = (from: number, to: number) => {
    const step = stepFor(to - from);
    const first = Math.ceil(from / step);
    return Array.from(
      { length: Math.max(0, Math.floor(to / step) - first + 1) },
      (_, i) => (first + i) * step,
    );
  };
  return {
    meridians: lines(west, east).map((at) => ({
      at: wrap(at),
      mm: frame.x + ((at - west) / (east - west)) * frame.width,
    })),
    parallels: lines(south, north).map((at) => ({
      at,
      mm: frame.y + ((toY(north) - toY(at)) / (2 * half.y)) * frame.height,
    })),
    corners: [
      [wrap(west), north],
      [wrap(east), north],
      [wrap(east), south],
      [wrap(west), south],
    ],
  };
}

/** Words in lines of at most `room` millimetres at a size of letters; an average letter is half as wide. */
export function wrapped(text: string, room: number, size: number, most = 3): string[] {
  const letters = Math.max(8, Math.floor(room / (size * 0.53)));
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= letters)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  if (lines.length > most) lines.splice(most - 1, lines.length, `${lines[most - 1]}…`);
  return lines.map((line) => (line.length > letters + 4 ? `${line.slice(0, letters + 3)}…` : line));
}
