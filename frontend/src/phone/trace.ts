/** An edge as it is walked: which fixes count, how long, how much ground; pure, so that it can be tried. */
export interface Fix {
  lon: number;
  lat: number;
  /** Accuracy that the phone claims, m. */
  m: number;
  /** When, by the phone's steady clock, ms. */
  t: number;
}
export interface Walk {
  /** Stretches between pauses. */
  runs: Fix[][];
  state: 'idle' | 'walking' | 'paused';
  /** Fixes that were too rough to count. */
  rough: number;
}

/** Worse fixes say nothing about an edge, m. */
export const ROUGH_M = 50;
/** Closer ones are the phone's trembling, m. */
export const STEP_M = 5;
/** Nobody, and no helicopter along an edge, is faster, m/s. */
const FASTEST = 70;
/** What one "undo" takes back, m. */
export const STRETCH_M = 50;
/** A line is thinned by what it may be off, m. */
export const FINE_M = 4;
const R = 6_371_008.8;
const RAD = Math.PI / 180;

export const idle = (): Walk => ({ runs: [], state: 'idle', rough: 0 });

/** Metres east and north of a place. */
function plane(of: Fix, at: Fix): [number, number] {
  const turn = ((of.lon - at.lon + 540) % 360) - 180;
  return [turn * RAD * R * Math.cos(at.lat * RAD), (of.lat - at.lat) * RAD * R];
}

export const metres = (a: Fix, b: Fix): number => Math.hypot(...plane(a, b));

export function begin(walk: Walk): Walk {
  return { ...walk, state: 'walking', runs: [...walk.runs, []] };
}
export function pause(walk: Walk): Walk {
  return { ...walk, state: 'paused', runs: walk.runs.filter((run) => run.length) };
}

/** A new fix; what is too rough, too near, or impossible changes nothing but the count. */
export function add(walk: Walk, fix: Fix): Walk {
  if (walk.state !== 'walking') return walk;
  if (!(fix.m <= ROUGH_M)) return { ...walk, rough: walk.rough + 1 };
  const before = walk.runs.at(-1)?.at(-1);
  if (before) {
    const away = metres(before, fix);
    if (away < Math.max(STEP_M, fix.m / 4)) return walk;
    if (away / Math.max((fix.t - before.t) / 1000, 0.5) > FASTEST) return { ...walk, rough: walk.rough + 1 };
  }
  const runs = [...walk.runs.slice(0, -1), [...(walk.runs.at(-1) ?? []), fix]];
  return { ...walk, runs };
}

/** Takes the last stretch back. */
export function undo(walk: Walk): Walk {
  const runs = walk.runs.map((run) => [...run]);
  let left = STRETCH_M;
  while (left > 0 && runs.length) {
    const run = runs[runs.length - 1] ?? [];
    const gone = run.pop();
    const before = run.at(-1);
    if (gone && before) left -= metres(gone, before);
    if (!run.length) {
      runs.pop();
      if (gone) break; // a pause is as far as one step back goes
    }
  }
  if (walk.state === 'walking') runs.push(...(runs.length ? [] : [[]]));
  return { ...walk, runs };
}

const all = (walk: Walk): Fix[] => walk.runs.flat();

export function points(walk: Walk): number {
  return all(walk).length;
}

/** Neighbours of a line, two by two. */
function pairs<T>(line: T[]): [T, T][] {
  return line.slice(1).map((next, i) => [line[i] as T, next]);
}

export function lengthM(walk: Walk): number {
  return walk.runs.flatMap(pairs).reduce((sum, [a, b]) => sum + metres(a, b), 0);
}

/** Between the two ends, m. */
export function gapM(walk: Walk): number {
  const line = all(walk);
  const [first, end] = [line[0], line.at(-1)];
  return first && end ? metres(first, end) : 0;
}

/** Ground inside if the ends were joined, ha. */
export function areaHa(walk: Walk): number {
  const line = all(walk);
  const [first] = line;
  if (!first || line.length < 3) return 0;
  const flat = line.map((fix) => plane(fix, first));
  let twice = 0;
  for (const [[x, y], [nx, ny]] of pairs([...flat, ...flat.slice(0, 1)])) twice += x * ny - nx * y;
  return Math.abs(twice) / 2 / 10_000;
}

/** The worst that a counted fix claimed, m. */
export function accuracyM(walk: Walk): number {
  return Math.max(0, ...all(walk).map(({ m }) => m));
}

/** Douglas and Peucker: as few points as stay within `fine` metres of the line. */
export function thinned(run: Fix[], fine = FINE_M): Fix[] {
  const [first, end] = [run[0], run.at(-1)];
  if (run.length < 3 || !first || !end) return run;
  let far = 0;
  let worst = 0;
  for (const [i, fix] of run.slice(1, -1).entries()) {
    const off = offLine(fix, first, end);
    if (off > worst) [far, worst] = [i + 1, off];
  }
  if (worst <= fine) return [first, end];
  return [...thinned(run.slice(0, far + 1), fine).slice(0, -1), ...thinned(run.slice(far), fine)];
}

function offLine(of: Fix, from: Fix, to: Fix): number {
  const [x, y] = plane(of, from);
  const [ex, ey] = plane(to, from);
  const length = Math.hypot(ex, ey);
  if (!length) return Math.hypot(x, y);
  const along = Math.min(Math.max((x * ex + y * ey) / (length * length), 0), 1);
  return Math.hypot(x - along * ex, y - along * ey);
}

export type Shape =
  | { type: 'LineString'; coordinates: [number, number][] }
  | { type: 'MultiLineString'; coordinates: [number, number][][] };

/** The walk as the server takes it; null: too short to be an edge. */
export function shape(walk: Walk): Shape | null {
  const place = ({ lon, lat }: Fix): [number, number] => [Number(lon.toFixed(6)), Number(lat.toFixed(6))];
  const lines = walk.runs.map((run) => thinned(run).map(place)).filter((line) => line.length > 1);
  if (lines.reduce((sum, line) => sum + line.length, 0) < 3) return null;
  const [only] = lines;
  if (only && lines.length === 1) return { type: 'LineString', coordinates: only };
  return { type: 'MultiLineString', coordinates: lines };
}
