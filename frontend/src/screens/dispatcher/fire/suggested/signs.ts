/** Where signs stand that can be dragged, and how they come over the map. */
import type { Map as MapLibreMap } from 'maplibre-gl';
import { mount, unmount } from 'svelte';
import type { Fire, Point } from '../../../../lib/api-types';
import type { Unit } from '../../../../lib/engine-types';
import { DESK } from '../../context';
import type { Desk } from '../../desk.svelte';
import type { Picking } from './picking.svelte';
import Signs from './Signs.svelte';

/** A unit that can be dragged; it stands for `like` units that are the same and at the same place. */
export interface Sign extends Pick<Unit, 'code' | 'kind' | 'status'> {
  point: Point;
  like: number;
}
interface Spot {
  x: number;
  y: number;
}
/** Pixels from which on a press is a drag. */
const LEAST_PX = 5;
/** Pixels between signs that would cover each other, and from a place down to the first row. */
const APART_PX = 44;
const ROW = 4;
/** What one press of an arrow key carries a sign by, in pixels. */
export const STEP_PX: Record<string, [number, number]> = {
  ArrowLeft: [-10, 0],
  ArrowRight: [10, 0],
  ArrowUp: [0, -10],
  ArrowDown: [0, 10],
};

export const grown = (a: Spot, b: Spot) => Math.hypot(a.x - b.x, a.y - b.y) >= LEAST_PX;

/** Units that stand somewhere, of those asked about; equal ones of a place have one sign. */
export function movable(units: Iterable<Unit>, codes: string[], thought: ReadonlyMap<string, Point>): Sign[] {
  const wanted = new Set(codes);
  const found = new Map<string, Sign>();
  for (const { code, kind, status, position } of units) {
    if (!position || !(wanted.has(code) || thought.has(code))) continue;
    const alike = thought.has(code) ? code : `${kind} ${status} ${position.point.join()}`;
    const known = found.get(alike);
    if (known) known.like += 1;
    else found.set(alike, { code, kind, status, point: position.point, like: 1 });
  }
  return [...found.values()];
}

/** Of each sign where it is drawn, and where the unit really is: those of one place stand in rows below it. */
export function placesOf(
  signs: Sign[],
  thought: ReadonlyMap<string, Point>,
  project: (point: Point) => Spot,
): Map<string, Spot & { home: Spot }> {
  const found = new Map<string, Spot & { home: Spot }>();
  const heaps = new Map<string, { code: string; home: Spot }[]>();
  const origin = signs[0] ? project(signs[0].point) : { x: 0, y: 0 };
  for (const { code, point } of signs) {
    const home = project(point);
    const elsewhere = thought.get(code);
    if (elsewhere) {
      const { x, y } = project(elsewhere);
      found.set(code, { x, y, home });
      continue;
    }
    // Counted from a sign, not from the window: heaps stay together while the map is moved.
    const [column, line] = [(home.x - origin.x) / ROW, (home.y - origin.y) / 2].map((px) =>
      Math.round(px / APART_PX),
    );
    const heap = heaps.get(`${column} ${line}`);
    if (heap) heap.push({ code, home });
    else heaps.set(`${column} ${line}`, [{ code, home }]);
  }
  for (const heap of heaps.values()) {
    const { x, y } = heap[0]?.home ?? origin;
    heap.forEach(({ code, home }, i) => {
      const row = Math.floor(i / ROW);
      const inRow = Math.min(ROW, heap.length - row * ROW);
      const aside = ((i % ROW) - (inRow - 1) / 2) * APART_PX;
      found.set(code, { x: x + aside, y: y + (row + 1) * APART_PX, home });
    });
  }
  return found;
}

export interface Shown {
  desk: Desk;
  picking: Picking;
  fire: Fire;
  codes: () => string[];
  /** Hours until a unit of the plan is there, as it stands. */
  arrives: (unit: string) => number | null;
  nameOf: (unit: string) => string;
}

/** Puts the signs over the map; the returned function takes them away. */
export function showSigns(map: MapLibreMap, { desk, ...props }: Shown): () => void {
  const signs = mount(Signs, {
    target: map.getContainer(),
    props: { map, ...props },
    context: new Map([[DESK, desk]]),
  });
  return () => void unmount(signs);
}
