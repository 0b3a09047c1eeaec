/** Where a unit is said to be, how that is known, and how crowds are told apart on the map. */
import { describe, expect, test } from 'vitest';
import type { Unit, Way } from '../../src/lib/engine-types';
import { ForcesLive } from '../../src/lib/forces-live.svelte';
import { along, dueAt, forceFeatures, whereIs, type Scene } from '../../src/map/force-features';
import { aBase, AT, aUnit, FIRE, HOME, NOW } from './force-things';
import { aSnapshot } from './helpers';

const report = (minutes: number, point: [number, number]) => ({
  point,
  source: 'gnss',
  at: AT(minutes),
  age_min: 0,
  accuracy_m: 15,
  stale: false,
  reason: null,
});
const way = (changes: object = {}): Way =>
  ({
    order_id: 'o1',
    unit: 'heli-1',
    fire_id: 'f1',
    status: 'departed',
    departs_at: AT(0),
    arrives_at: AT(60),
    course: [
      { at: AT(0), point: HOME },
      { at: AT(60), point: FIRE },
    ],
    legs: [],
    ...changes,
  }) as unknown as Way;
const order = (changes: object = {}) =>
  ({
    id: 'o1',
    version: 4,
    unit: 'heli-1',
    fire_id: 'f1',
    status: 'departed',
    eta_at: AT(50),
    stamps: [],
    ...changes,
  }) as never;

function scene(units: Unit[], changes: Partial<Scene> = {}): Scene {
  return {
    stations: [aBase()],
    units,
    orders: new Map(),
    ways: new Map(),
    fire: () => FIRE,
    stale: () => 20,
    now: NOW,
    name: ({ code }) => code,
    clock: (instant) => new Date(instant).toISOString().slice(11, 16),
    ...changes,
  };
}

describe('where a unit is', () => {
  test('what its tracker said stands until it is old, and then says so', () => {
    const fresh = aUnit('heli-1', { position: report(25, [130, 62]) });
    expect(whereIs(fresh, undefined, scene([]))?.known).toBe('measured');
    const old = aUnit('heli-1', { position: report(5, [130, 62]) });
    expect(whereIs(old, undefined, scene([]))).toMatchObject({ known: 'stale', point: [130, 62] });
  });

  test('under way without a report it is reckoned along its way and marked so', () => {
    const silent = aUnit('heli-1', { status: 'en_route' });
    expect(whereIs(silent, way(), scene([]))).toMatchObject({ known: 'estimated', point: [130.7, 62] });
    const heard = aUnit('heli-1', { status: 'en_route', position: report(25, [130.5, 62]) });
    expect(whereIs(heard, way(), scene([]))).toMatchObject({ known: 'measured', point: [130.5, 62] });
  });

  test('nobody is reckoned past the end of the way, or before the start', () => {
    expect(along(way(), Date.parse(AT(59)) + 3_600_000)).toEqual(FIRE);
    expect(along(way(), Date.parse(AT(0)) - 1)).toBeNull();
  });

  test('across the date line it goes the short way', () => {
    const far = way({
      course: [
        { at: AT(0), point: [179, 66] },
        { at: AT(60), point: [-179, 66] },
      ],
    });
    expect(along(far, NOW)?.[0]).toBeCloseTo(180);
  });
});

describe('on the map', () => {
  test('a base tells how many of its units are free there', () => {
    const units = [
      aUnit('a'),
      aUnit('b'),
      aUnit('c', { status: 'en_route', position: report(28, [130.4, 62]) }),
    ];
    const [base] = forceFeatures(scene(units)).bases;
    expect(base?.properties).toMatchObject({ label: '2/3', icon: 'base-air_base-base-base' });
  });

  test('units at their base are no crowd; those away show their number and when they come', () => {
    const on = { status: 'en_route', position: report(28, [130.4, 62]) };
    const units = [aUnit('a'), aUnit('heli-1', on), aUnit('heli-2', on)];
    const told = forceFeatures(
      scene(units, { orders: new Map([['heli-1', order()]]), ways: new Map([['heli-1', way()]]) }),
    );
    expect(told.crowds.map(({ properties }) => properties?.label)).toEqual(['×2 ≈ 06:00']);
    expect(told.units.length).toBe(3);
    const offsets = told.units.map(({ properties }) => JSON.stringify(properties?.offset));
    expect(new Set(offsets.slice(1)).size).toBe(2);
  });

  test('the way ahead is parted from what lies behind; without a way a straight line says so', () => {
    const unit = aUnit('heli-1', { status: 'en_route', position: report(28, [130.6, 62.1]) });
    const orders = new Map([['heli-1', order()]]);
    const parts = (ways: Map<string, Way>) =>
      forceFeatures(scene([unit], { orders, ways })).routes.map(({ properties }) => properties?.part);
    expect(parts(new Map([['heli-1', way()]]))).toEqual(['gone', 'ahead']);
    expect(parts(new Map())).toEqual(['unknown']);
  });

  test('what its way says of the arrival counts before what was promised', () => {
    const unit = aUnit('heli-1');
    const orders = new Map([['heli-1', order()]]);
    expect(dueAt(unit, { orders, ways: new Map() })).toBe(Date.parse(AT(50)));
    expect(dueAt(unit, { orders, ways: new Map([['heli-1', way()]]) })).toBe(Date.parse(AT(60)));
  });
});

describe('events', () => {
  const event = (kind: string, body: object) => ({ kind, body }) as never;

  test('positions, steps and orders move what is shown; old news change nothing', () => {
    const forces = new ForcesLive();
    forces.load(aSnapshot({ units: [aUnit('heli-1')], stations: [aBase()], orders: [] } as never));
    const moved = (minutes: number, lon: number) =>
      forces.apply(
        event('unit.position', {
          positions: [{ id: 'id-heli-1', code: 'heli-1', ...report(minutes, [lon, 62]) }],
        }),
      );
    moved(20, 130.5);
    moved(10, 129.9);
    expect(forces.units.get('id-heli-1')?.position?.point).toEqual([130.5, 62]);
    forces.apply(event('unit.changed', aUnit('heli-1', { version: 2, status: 'en_route' })));
    expect(forces.units.get('id-heli-1')?.status).toBe('en_route');
    forces.apply(event('order.changed', order()));
    expect(forces.orders.get('heli-1')).toBeTruthy();
    forces.apply(event('order.changed', order({ status: 'released', version: 6 })));
    expect(forces.orders.size).toBe(0);
    forces.apply(event('unit.changed', aUnit('heli-1', { version: 3, retired_at: AT(30) })));
    expect(forces.units.size).toBe(0);
  });
});
