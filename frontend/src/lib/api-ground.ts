/** Requests about what lies around fires (heat sources, strokes, danger), within one world. */
import { BASE, request, within } from './api';
import type { Danger, DangerPlace, HeatChanged, HeatSource, NewHeatSource } from './engine-types';

export function groundApi(world: string) {
  const { q, post, change } = within(world);
  return {
    heatSources: (more: string) => request<GeoJSON.FeatureCollection>(`/heat-sources${q}${more}`),
    heatSource: (id: string) => request<HeatSource>(`/heat-sources/${id}${q}`),
    addHeatSource: (body: NewHeatSource, key: string) => post<HeatChanged>('/heat-sources', body, key),
    judgeHeat: (item: HeatSource, verdict: 'confirm' | 'deny', note: string) =>
      change(`/heat-sources/${item.id}/verdict`, item.version, { verdict, note }),
    undoHeat: (item: HeatSource) => change(`/heat-sources/${item.id}/undo`, item.version),
    lightning: (more: string) => request<GeoJSON.FeatureCollection>(`/lightning${q}${more}`),
    danger: () => request<Danger>(`/danger${q}`),
    dangerPlaces: (day: string) => request<GeoJSON.FeatureCollection>(`/danger/places${q}&day=${day}`),
    dangerPlace: (code: string) => request<DangerPlace>(`/danger/places/${encodeURIComponent(code)}${q}`),
    dangerUrl: (day: string, kind: 'png' | 'tif', stamp: string) =>
      `${BASE}/danger/${day}.${kind}${q}&v=${encodeURIComponent(stamp)}`,
  };
}

export type GroundApi = ReturnType<typeof groundApi>;
