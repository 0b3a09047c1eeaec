/** Requests about the register of forces, within one world. */
import { BASE, newKey, request, within } from './api';
import type { Changed, Point } from './api-types';
import type {
  Arrival,
  ForceHistory,
  ForceNorms,
  StationChange,
  StationDetail,
  TakenRegister,
  Unit,
  UnitChange,
  UnitDetail,
  UnitStatus,
  Way,
} from './engine-types';

export function forcesApi(world: string) {
  const { q, change, post } = within(world);
  return {
    ways: () => request<Way[]>(`/orders/ways${q}`, { patience: 60_000 }),
    /** How units would get to a fire if they were sent now. */
    arrivals: (fire: string, units: string[]) =>
      request<Arrival[]>(
        `/fires/${fire}/arrivals${q}${units.map((one) => `&unit=${encodeURIComponent(one)}`).join('')}`,
        { patience: 60_000 },
      ),
    forceNorms: () => request<ForceNorms>('/forces/rules'),
    unit: (id: string) => request<UnitDetail>(`/forces/units/${id}${q}`),
    unitHistory: (id: string) => request<ForceHistory[]>(`/forces/units/${id}/history${q}`),
    editUnit: (unit: Pick<Unit, 'id' | 'version'>, body: UnitChange) =>
      request<Changed>(`/forces/units/${unit.id}${q}`, {
        method: 'PATCH',
        version: unit.version,
        body,
        key: newKey(),
      }),
    stepUnit: (unit: Pick<Unit, 'id' | 'version'>, to: UnitStatus) =>
      change(`/forces/units/${unit.id}/status`, unit.version, { to }),
    createUnit: (card: object) => post<Changed>('/forces/units', card),
    createStation: (card: object) => post<Changed>('/forces/stations', card),
    retireUnit: ({ id, version }: Pick<Unit, 'id' | 'version'>) =>
      change(`/forces/units/${id}/retire`, version, {}),
    retireStation: ({ id, version }: Pick<StationDetail, 'id' | 'version'>) =>
      change(`/forces/stations/${id}/retire`, version, {}),
    station: (id: string) => request<StationDetail>(`/forces/stations/${id}${q}`),
    stationHistory: (id: string) => request<ForceHistory[]>(`/forces/stations/${id}/history${q}`),
    editStation: (base: Pick<StationDetail, 'id' | 'version'>, body: StationChange) =>
      request<Changed>(`/forces/stations/${base.id}${q}`, {
        method: 'PATCH',
        version: base.version,
        body,
        key: newKey(),
      }),
    placeUnit: (code: string, point: Point, at: string) =>
      request<unknown>(`/forces/positions${q}&name=screen`, {
        method: 'POST',
        body: [{ unit: code, at, point, source: 'person' }],
      }),
    takeRegister: (file: File, check: boolean) =>
      request<TakenRegister>(`/forces/import${q}&name=${encodeURIComponent(file.name)}&check=${check}`, {
        method: 'POST',
        body: file,
        patience: 120_000,
      }),
    registerUrl: (what: 'xlsx' | 'stations' | 'units') =>
      what === 'xlsx' ? `${BASE}/forces/export.xlsx${q}` : `${BASE}/forces/export/${what}.csv${q}`,
  };
}

export type ForcesApi = ReturnType<typeof forcesApi>;
