/** Bases, units and their open orders of one world, kept current by the live feed. */
import { SvelteMap } from 'svelte/reactivity';
import type { LiveEvent, Snapshot } from './api-types';
import type { Station, Unit } from './engine-types';
import type { components } from './schema';

/** What events tell of an order; steps that may follow are asked for where they are shown. */
export type LiveOrder = Omit<components['schemas']['OrderTold'], 'options' | 'waiting'>;
const OPEN = new Set<LiveOrder['status']>(['requested', 'approved', 'ordered', 'departed', 'arrived']);

interface Told {
  id: string;
  at: string;
  point: [number, number];
  accuracy_m: number | null;
  source: NonNullable<Unit['position']>['source'];
  stale: boolean;
}

export class ForcesLive {
  readonly stations = new SvelteMap<string, Station>();
  readonly units = new SvelteMap<string, Unit>();
  /** By the code of their unit: it has one at a time, and requests count only until it has. */
  readonly orders = new SvelteMap<string, LiveOrder>();

  load({ stations = [], units = [], orders = [] }: Snapshot): void {
    for (const map of [this.stations, this.units, this.orders]) map.clear();
    for (const one of stations) this.stations.set(one.id, one);
    for (const one of units) this.units.set(one.id, one);
    for (const one of orders) this.putOrder(one);
  }

  apply(event: LiveEvent): void {
    switch (event.kind) {
      case 'station.changed': {
        const station = event.body as Station;
        if (station.retired_at) this.stations.delete(station.id);
        else this.stations.set(station.id, station);
        return;
      }
      case 'unit.changed':
        return this.putUnit(event.body as Unit);
      case 'unit.position':
        for (const one of (event.body as { positions: Told[] }).positions) this.move(one);
        return;
      case 'order.changed':
        return this.putOrder(event.body as LiveOrder);
    }
  }

  private putUnit(unit: Unit): void {
    const known = this.units.get(unit.id);
    if (unit.retired_at) this.units.delete(unit.id);
    else if (!known || unit.version >= known.version) {
      const isOlder = (known?.position?.at ?? '') > (unit.position?.at ?? '') && !!unit.position?.at;
      this.units.set(unit.id, isOlder ? { ...unit, position: known?.position ?? null } : unit);
    }
  }

  private move({ id, ...told }: Told): void {
    const unit = this.units.get(id);
    if (!unit || (unit.position?.at ?? '') > told.at) return;
    const { at, point, accuracy_m, source, stale } = told;
    const position = { at, point, accuracy_m, source, stale, age_min: null, reason: null };
    this.units.set(id, { ...unit, position });
  }

  private putOrder(order: LiveOrder): void {
    const known = this.orders.get(order.unit);
    if (OPEN.has(order.status)) {
      const isRequest = order.status === 'requested' || order.status === 'approved';
      if (known && known.id !== order.id && isRequest) return;
      if (known?.id === order.id && known.version > order.version) return;
      this.orders.set(order.unit, order);
    } else if (known?.id === order.id) this.orders.delete(order.unit);
  }
}
