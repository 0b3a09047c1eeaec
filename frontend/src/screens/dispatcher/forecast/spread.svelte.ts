/** Which forecasts of spread are looked at, and at which hour. */
import { explain } from '../../../lib/api';
import type { Point } from '../../../lib/api-types';
import type { Forecast } from '../../../lib/engine-types';
import type { Desk } from '../desk.svelte';

export const LAST_H = 24;

export class Spread {
  /** Hours after each forecast was made. */
  hour = $state(6);
  /** The chosen fire's. */
  fire = $state.raw<Forecast | null>(null);
  /** Of a place that somebody asked about; it goes before the fire's. */
  place = $state.raw<Forecast | null>(null);
  /** A click on the map will name a place. */
  placing = $state(false);
  busy = $state(false);
  problem = $state<string | null>(null);
  /** The one that legend and slider speak of. */
  readonly shown = $derived(this.place ?? this.fire);

  constructor(private readonly desk: Desk) {}

  async ask(point: Point): Promise<void> {
    this.placing = false;
    this.busy = true;
    this.problem = null;
    try {
      this.place = await this.desk.api.forecastAt(point);
    } catch (error) {
      this.problem = explain(error);
    } finally {
      this.busy = false;
    }
  }

  /** Puts the place away, or the wish for one. */
  leave(): void {
    this.placing = false;
    this.place = null;
    this.problem = null;
  }
}

/** The desk's own, made when it is first needed. */
export function spreadOf(desk: Desk): Spread {
  return (desk.spread ??= new Spread(desk));
}
