/** Requests that correct what the engine made of a fire: its detections and its edge, within one world. */
import { request, within } from './api';
import type { Fire } from './api-types';
import type { DetectionKey, EdgeChanged, Operated, PeopleEdge, Surgery, SurgeryKind } from './engine-types';

/** What a surgery is told: detections by name, another fire, a report. */
export interface Operation {
  detections?: DetectionKey[];
  other?: string;
  to?: string;
  report?: string;
  note?: string;
}
export interface NewEdge {
  kind: 'drawn' | 'track';
  geometry: GeoJSON.Geometry;
  at: string;
  note?: string;
}
export function surgeryApi(world: string) {
  const { q, send } = within(world);
  return {
    surgeries: (id: string) => request<Surgery[]>(`/fires/${id}/surgeries${q}`),
    operate: (fire: Fire, kind: SurgeryKind, body: Operation, key: string) =>
      send<Operated>(`/fires/${fire.id}/${kind}`, fire.version, body, key),
    undoSurgery: (item: { id: string; version: number }, note = '') =>
      send<Operated>(`/surgeries/${item.id}/undo`, item.version, note ? { note } : {}),
    edges: (id: string) => request<PeopleEdge[]>(`/fires/${id}/edges${q}`),
    drawEdge: (fire: Fire, body: NewEdge, key: string) =>
      send<EdgeChanged>(`/fires/${fire.id}/edges`, fire.version, body, key),
    sendTrack: (fire: Fire, form: FormData, key: string) =>
      send<EdgeChanged>(`/fires/${fire.id}/edges/gpx`, fire.version, form, key),
    undoEdge: (item: PeopleEdge) => send<EdgeChanged>(`/edges/${item.id}/undo`, item.version, {}),
  };
}

export type SurgeryApi = ReturnType<typeof surgeryApi>;
