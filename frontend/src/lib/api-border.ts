/** Requests about partners' own things and neighbouring regions, within one world. */
import { request, within } from './api';
import type { components } from './schema';

export type Asset = components['schemas']['AssetDetail'];
export type Handover = components['schemas']['Handover'];
export type NeighbourSource = components['schemas']['NeighbourSource'];

export function borderApi(world: string) {
  const { q, send, post } = within(world);
  return {
    assets: (bbox: string) => request<GeoJSON.FeatureCollection>(`/assets${q}&bbox=${bbox}&limit=5000`),
    asset: (id: string) => request<Asset>(`/assets/${id}${q}`),
    foreign: (bbox: string) => request<GeoJSON.FeatureCollection>(`/neighbours/fires${q}&bbox=${bbox}`),
    neighbours: () => request<NeighbourSource[]>(`/neighbours${q}`),
    handovers: () => request<Handover[]>(`/handovers${q}&status=offered`),
    offer: (fire: string, version: number, to: string) =>
      send<Handover>(`/fires/${fire}/handover`, version, { to, note: '' }),
    accept: (id: string) => post<Handover>(`/handovers/${id}/accept`, {}),
    refuse: (id: string, reason: string) => post<Handover>(`/handovers/${id}/refuse`, { reason }),
    withdraw: (id: string) => post<Handover>(`/handovers/${id}/withdraw`, undefined),
  };
}
