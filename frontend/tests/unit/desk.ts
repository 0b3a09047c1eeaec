/** A desk before a server that answers what a test tells it to. */
import { vi } from 'vitest';
import { ApiError, type WorldApi } from '../../src/lib/api';
import type { CommandApi } from '../../src/lib/api-command';
import type { ForcesApi } from '../../src/lib/api-forces';
import type { GroundApi } from '../../src/lib/api-ground';
import type { ReportsApi } from '../../src/lib/api-reports';
import type { SurgeryApi } from '../../src/lib/api-surgery';
import type { Config } from '../../src/lib/api-types';
import { Store } from '../../src/lib/store.svelte';
import { Desk } from '../../src/screens/dispatcher/desk.svelte';
import { aSnapshot } from './helpers';

type Asked =
  keyof WorldApi | keyof CommandApi | keyof ForcesApi | keyof GroundApi | keyof ReportsApi | keyof SurgeryApi;
export type Server = Record<Asked, ReturnType<typeof vi.fn>>;

export const config: Config = {
  version: '1',
  region: {
    code: 'sakha',
    name: { ru: 'Якутия', en: 'Yakutia' },
    bbox: [105, 55, 163, 77],
    center: [129, 62],
    zoom: 4,
    time_zones: ['Asia/Yakutsk'],
  },
  default_world: 'live',
  languages: ['ru', 'en'],
  basemap: '/basemap.pmtiles',
  attribution: '',
  registration_norm_s: 120,
  reject_reasons: ['not_found'],
  transitions: {
    signal: [
      { status: 'registered', needs: [] },
      { status: 'rejected', needs: ['reject_reason'] },
    ],
    registered: [
      { status: 'fighting', needs: ['commander'] },
      { status: 'out', needs: ['final_area_ha', 'cause'] },
    ],
  },
};

/** What a server of an older make answers to a question that it does not know. */
export const unknown = () => new ApiError(404, null);
const ASKED_BY_CARD = [
  'explanation',
  'exposure',
  'passes',
  'surgeries',
  'edges',
  'causes',
  'forecast',
  'suggestion',
  'orders',
  'fireSafety',
  'fireControl',
  'detections',
] as const;

export function aDesk(snapshot: Parameters<typeof aSnapshot>[0] = {}): { desk: Desk; server: Server } {
  const store = new Store();
  store.load(aSnapshot(snapshot));
  const server = new Proxy({} as Server, {
    get: (made, name: Asked) => (made[name] ??= vi.fn().mockResolvedValue({ id: 'x', version: 2 })),
  });
  server.fire.mockImplementation(async (id: string) => ({
    ...store.fires.get(id),
    edge: null,
    front: null,
    edge_source: null,
    edge_at: null,
    growth: { hours: [], directions: [] },
  }));
  server.fireLog.mockResolvedValue([]);
  for (const name of ASKED_BY_CARD) server[name].mockImplementation(async () => Promise.reject(unknown()));
  return { desk: new Desk(store, config, server as unknown as WorldApi), server };
}
