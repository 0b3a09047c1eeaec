/** A base and its units, as the server tells them. */
import type { Station, Unit } from '../../src/lib/engine-types';

export const AT = (minutes: number) => new Date(Date.UTC(2026, 6, 17, 5, minutes)).toISOString();
export const NOW = Date.parse(AT(30));
export const HOME: [number, number] = [129.7, 62.0];
export const FIRE: [number, number] = [131.7, 62.0];

export function aUnit(code: string, changes: object = {}): Unit {
  const position = {
    point: HOME,
    source: 'station',
    at: null,
    age_min: null,
    accuracy_m: null,
    stale: false,
    reason: null,
  };
  const duty = { state: 'fresh', hours_left: 12, began_at: null, rested_at: null, days_left: 14 };
  return {
    id: `id-${code}`,
    world: 'demo',
    version: 1,
    code,
    kind: 'helicopter',
    name: null,
    station: 'air',
    owner: '',
    owned_by: 'agency',
    mobility: 'helicopter',
    people: 3,
    qualifications: [],
    sample: true,
    status: 'available',
    status_at: AT(0),
    fire_id: null,
    position,
    duty,
    remarks: [],
    retired_at: null,
    ...changes,
  } as unknown as Unit;
}

export const aBase = (changes: object = {}): Station =>
  ({
    id: 'base-1',
    code: 'air',
    kind: 'air_base',
    name: { ru: 'Якутск', en: 'Yakutsk' },
    point: HOME,
    version: 1,
    retired_at: null,
    ...changes,
  }) as unknown as Station;
