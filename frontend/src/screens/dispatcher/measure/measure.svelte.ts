/** Measuring on the map: a line with its legs, or the ground inside a ring. Nothing of it is stored. */
import type { Point } from '../../../lib/api-types';
import { crossesItself, hectaresWithin, leg, legs, type Leg } from '../../../lib/geodesic';
import { destination } from '../../../lib/sight';
import type { Desk, Tool } from '../desk.svelte';

export type MeasureKind = 'line' | 'area';

export class MeasureTool implements Tool {
  readonly name = 'measure';
  readonly fire = null;
  kind = $state<MeasureKind>('line');
  points = $state.raw<Point[]>([]);
  /** Whether the line is ended, so that a click on the map begins a new one. */
  done = $state(false);
  readonly legs: Leg[] = $derived(legs(this.points, this.kind === 'area'));
  readonly km: number = $derived(this.legs.reduce((sum, { km }) => sum + km, 0));
  readonly isRing = $derived(this.kind === 'area' && this.points.length > 2);
  readonly hectares: number = $derived(this.isRing ? hectaresWithin(this.points) : 0);
  readonly crossed: boolean = $derived(this.isRing && crossesItself(this.points));

  constructor(
    private readonly desk: Desk,
    from: Point | null = null,
  ) {
    if (from) this.points = [from];
  }

  pick(): void {
    // Clicks measure; the fires below wait.
  }

  add(point: Point): void {
    const last = this.points.at(-1);
    if (this.done) this.points = [point];
    else if (!last || leg(last, point).km > 0) this.points = [...this.points, point];
    this.done = false;
  }

  /** The next corner by azimuth (degrees) and distance (km) from the last one. */
  go(azimuth: number, km: number): void {
    const last = this.points.at(-1);
    if (!last) return;
    this.done = false;
    this.add(destination(last, azimuth, km));
  }

  move(index: number, point: Point): void {
    this.points = this.points.map((old, i) => (i === index ? point : old));
  }

  finish(): void {
    this.done = this.points.length > 1;
  }

  removeLast(): void {
    this.points = this.points.slice(0, -1);
    this.done = false;
  }

  clear(): void {
    this.points = [];
    this.done = false;
  }

  back(): void {
    if (this.points.length) this.clear();
    else this.leave();
  }

  leave(): void {
    this.desk.tool = null;
    this.desk.pane = 'map';
  }
}

/** Takes the tool up, at a point if one is given, or puts it away; one that works on a fire stays. */
export function measure(desk: Desk, from: Point | null = null): void {
  if (desk.tool instanceof MeasureTool) {
    if (from) desk.tool.add(from);
    else desk.tool.leave();
  } else if (!desk.tool) {
    desk.form = null;
    desk.tool = new MeasureTool(desk, from);
    desk.pane = 'map';
  }
}
