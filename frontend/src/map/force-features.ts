/** Bases and units as map features: where each is, how that is known, and how crowds are told apart. */
import type { Point } from '../lib/api-types';
import type { Station, Unit, Way } from '../lib/engine-types';
import type { LiveOrder } from '../lib/forces-live.svelte';
import { ms } from '../lib/time';
import { baseIcon, unitIcon } from './force-icons';

/** What a unit does, as its sign tells it. */
export type State = 'free' | 'ordered' | 'moving' | 'working' | 'idle';
/** How its place is known: measured, measured long ago, reckoned along its way, or nobody said. */
export type Known = 'measured' | 'stale' | 'estimated' | 'assumed';

const STATES: Record<Unit['status'], State> = {
  available: 'free',
  assigned: 'ordered',
  en_route: 'moving',
  returning: 'moving',
  at_fire: 'working',
  resting: 'idle',
  off_duty: 'idle',
  out_of_service: 'idle',
};
export const stateOf = ({ status }: Pick<Unit, 'status'>): State => STATES[status];

export interface Where {
  point: Point;
  known: Known;
  /** Of the report, ms; null where there is none. */
  at: number | null;
}

export interface Scene {
  stations: Iterable<Station>;
  units: Iterable<Unit>;
  /** By the code of the unit. */
  orders: ReadonlyMap<string, LiveOrder>;
  ways: ReadonlyMap<string, Way>;
  /** Where a fire is, by its id. */
  fire: (id: string) => Point | null;
  /** Minutes after which a report of a kind says little. */
  stale: (kind: string) => number | null;
  now: number;
  name: (thing: Station | Unit) => string;
  clock: (instant: number) => string;
}

/** Where a unit should be on its way by now; null before it left or where no way is known. */
export function along({ course }: Pick<Way, 'course'>, now: number): Point | null {
  const after = course.findIndex(({ at }) => ms(at) > now);
  const last = course.at(-1);
  if (!last || after === 0) return null;
  const [a, b] = after < 0 ? [last, last] : [course[after - 1] ?? last, course[after] ?? last];
  const whole = ms(b.at) - ms(a.at);
  const share = whole > 0 ? (now - ms(a.at)) / whole : 1;
  const turn = unwound(b.point[0], a.point[0]) - a.point[0];
  return [a.point[0] + share * turn, a.point[1] + share * (b.point[1] - a.point[1])];
}

/** A longitude written so that it lies within half a turn of another. */
const unwound = (lon: number, beside: number) => lon - 360 * Math.round((lon - beside) / 360);

export function whereIs(unit: Unit, way: Way | undefined, scene: Pick<Scene, 'now' | 'stale'>): Where | null {
  const { position } = unit;
  const at = position?.at ? ms(position.at) : null;
  const most = scene.stale(unit.kind);
  const isStale = at !== null && (most === null ? !!position?.stale : scene.now - at > most * 60_000);
  const left = way?.departs_at && way.status === 'departed' ? ms(way.departs_at) : null;
  if (unit.status === 'en_route' && way && left !== null && (at === null || isStale || at < left)) {
    const point = along(way, scene.now);
    if (point) return { point, known: 'estimated', at };
  }
  if (!position) return null;
  const known = at === null ? 'assumed' : isStale ? 'stale' : 'measured';
  return { point: position.point, known, at };
}

interface Shown {
  unit: Unit;
  where: Where;
  state: State;
  atHome: boolean;
}

/** Degrees within which units stand together: they would cover each other on any map of a region. */
const TOGETHER = 0.03;
/** Signs beside each other in a row under their place, and pixels between them. */
const ROW = 5;
const STEP = 30;
const FIRST_ROW = 38;

const spotOf = ([lon, lat]: Point) => `${Math.round(lon / TOGETHER)} ${Math.round(lat / TOGETHER)}`;
const ORDER: State[] = ['moving', 'working', 'ordered', 'free', 'idle'];
const feature = (geometry: GeoJSON.Geometry, properties: Record<string, unknown>): GeoJSON.Feature => ({
  type: 'Feature',
  geometry,
  properties,
});
const point = (coordinates: Point): GeoJSON.Point => ({ type: 'Point', coordinates });

export interface ForceFeatures {
  bases: GeoJSON.Feature[];
  /** Each unit by itself, spread around the place where several stand: for near views. */
  units: GeoJSON.Feature[];
  /** Those away from their bases, one sign a place with their number: for views from afar. */
  crowds: GeoJSON.Feature[];
  routes: GeoJSON.Feature[];
}

export function forceFeatures(scene: Scene): ForceFeatures {
  const stations = [...scene.stations];
  const homes = new Map(stations.map((one) => [one.code, one]));
  const shown: Shown[] = [];
  for (const unit of scene.units) {
    const where = whereIs(unit, scene.ways.get(unit.code), scene);
    if (!where) continue;
    const home = unit.station ? homes.get(unit.station) : undefined;
    const state = stateOf(unit);
    const isThere = !!home && spotOf(home.point) === spotOf(where.point);
    shown.push({ unit, where, state, atHome: isThere && (state === 'free' || state === 'idle') });
  }
  const away = shown.filter(({ atHome }) => !atHome);
  return {
    bases: stations.map((one) => baseFeature(one, shown, scene)),
    units: heaps(shown).flatMap((heap) => spread(heap, scene, homes)),
    crowds: heaps(away).map((heap) => crowd(heap, scene)),
    routes: away.flatMap((one) => routeOf(one, scene)),
  };
}

function baseFeature(station: Station, shown: Shown[], scene: Scene): GeoJSON.Feature {
  const mine = shown.filter(({ unit }) => unit.station === station.code);
  const free = mine.filter(({ state, atHome }) => atHome && state === 'free').length;
  return feature(point(station.point), {
    base: station.id,
    icon: baseIcon(station.kind),
    name: scene.name(station),
    label: mine.length ? `${free}/${mine.length}` : '',
    rank: mine.length,
  });
}

/** Units by the place where they stand; those on the move are kept apart from those that stay. */
function heaps(shown: Shown[]): Shown[][] {
  const found = new Map<string, Shown[]>();
  for (const one of shown) {
    const key = `${spotOf(one.where.point)} ${one.state === 'moving' ? 'on' : ''}`;
    const heap = found.get(key);
    if (heap) heap.push(one);
    else found.set(key, [one]);
  }
  for (const heap of found.values()) heap.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  return [...found.values()];
}

function spread(heap: Shown[], scene: Scene, homes: ReadonlyMap<string, Station>): GeoJSON.Feature[] {
  const first = heap[0];
  if (!first) return [];
  const isAlone = heap.length === 1 && first.state === 'moving';
  const anchor = homes.get(first.unit.station ?? '');
  const at = first.atHome && anchor ? anchor.point : first.where.point;
  return heap.map(({ unit, where, state }, i) => {
    const row = Math.floor(i / ROW);
    const inRow = Math.min(ROW, heap.length - row * ROW);
    const offset = isAlone ? [0, 0] : [((i % ROW) - (inRow - 1) / 2) * STEP, FIRST_ROW + row * STEP];
    return feature(point(heap.length === 1 ? where.point : at), {
      units: unit.id,
      icon: unitIcon(unit.kind, state, where.known),
      offset,
      beside: [1.3, 0],
      label: state === 'moving' ? dueText(unit, scene) : '',
      rank: ORDER.length - ORDER.indexOf(state),
    });
  });
}

function crowd(heap: Shown[], scene: Scene): GeoJSON.Feature {
  const first = heap[0] as Shown;
  const { unit, where, state } = first;
  const due = state === 'moving' ? dueText(unit, scene) : '';
  return feature(point(where.point), {
    units: heap.map((one) => one.unit.id).join(' '),
    icon: unitIcon(unit.kind, state, where.known),
    // The fire's own mark stays free, and that of the base.
    offset: state === 'moving' ? [0, 0] : [20, 18],
    beside: state === 'moving' ? [1.3, 0] : [2.7, 1.2],
    label: [heap.length > 1 ? `×${heap.length}` : '', due].filter(Boolean).join(' '),
    rank: ORDER.length - ORDER.indexOf(state),
  });
}

/** When it is expected, by its way if there is one; empty for units that go home. */
export function dueAt(unit: Unit, scene: Pick<Scene, 'orders' | 'ways'>): number | null {
  const order = scene.orders.get(unit.code);
  if (!order || order.status === 'arrived') return null;
  const told = scene.ways.get(unit.code)?.arrives_at ?? order.eta_at;
  return told ? ms(told) : null;
}

function dueText(unit: Unit, scene: Scene): string {
  const due = dueAt(unit, scene);
  return due === null ? '' : `≈ ${scene.clock(due)}`;
}

/** The way still to go, and the part that lies behind; straight and told as such where none is known. */
function routeOf({ unit, where }: Shown, scene: Scene): GeoJSON.Feature[] {
  const order = scene.orders.get(unit.code);
  if (!order || (order.status !== 'ordered' && order.status !== 'departed')) return [];
  const state = order.status;
  const goal = scene.fire(order.fire_id);
  const way = scene.ways.get(unit.code);
  if (!way?.course.length) return goal ? [lineOf([where.point, goal], { state, part: 'unknown' })] : [];
  const gone = way.course.filter(({ at }) => state === 'departed' && ms(at) <= scene.now);
  const ahead = way.course.slice(gone.length);
  const here = where.point;
  return [
    lineOf([...gone.map((stop) => stop.point as Point), here], { state, part: 'gone' }),
    lineOf([here, ...ahead.map((stop) => stop.point as Point)], { state, part: 'ahead' }),
  ].filter(({ geometry }) => geometry.type === 'LineString' && geometry.coordinates.length > 1);
}

function lineOf(points: Point[], properties: Record<string, unknown>): GeoJSON.Feature {
  let beside = points[0]?.[0] ?? 0;
  const coordinates = points.map(([lon, lat]) => [(beside = unwound(lon, beside)), lat]);
  return feature({ type: 'LineString', coordinates }, properties);
}
