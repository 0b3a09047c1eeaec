/** The down-wind sector of the chosen fire and the things that it threatens, on the map. */
import type { LayerSpecification } from 'maplibre-gl';
import type { ExposedThing, Exposure } from '../lib/engine-types';
import { named } from '../lib/i18n.svelte';
import type { Theme } from '../lib/prefs.svelte';
import { kilometres } from '../lib/time';
import { FONT } from './overlays';
import { PALETTE } from './palette';

export function threatLayers(theme: Theme): LayerSpecification[] {
  const { smoke, severity, halo, text } = PALETTE[theme];
  return [
    {
      id: 'x-sector',
      type: 'fill',
      source: 'x-sector',
      paint: { 'fill-color': smoke, 'fill-opacity': 0.16 },
    },
    {
      id: 'x-sector-line',
      type: 'line',
      source: 'x-sector',
      paint: { 'line-color': smoke, 'line-width': 1.2, 'line-dasharray': [4, 3] },
    },
    {
      id: 'x-threats',
      type: 'circle',
      source: 'x-threats',
      paint: {
        // A ring round the thing itself, which the base map or a layer draws.
        'circle-radius': ['match', ['get', 'level'], 3, 9, 2, 7.5, 6],
        'circle-color': halo,
        'circle-opacity': 0.35,
        'circle-stroke-color': ['match', ['get', 'level'], 3, severity[3], 2, severity[2], severity[1]],
        'circle-stroke-width': 2.4,
      },
    },
    {
      id: 'x-threats-name',
      type: 'symbol',
      source: 'x-threats',
      minzoom: 6,
      layout: {
        'text-field': ['get', 'label'],
        'text-font': FONT,
        'text-size': 11.5,
        'text-anchor': 'left',
        'text-offset': [1, 0],
        'symbol-sort-key': ['get', 'km'],
      },
      paint: { 'text-color': text, 'text-halo-color': halo, 'text-halo-width': 1.6 },
    },
  ];
}

/** 3: reached within the forecast or touched; 2: down the wind; 1: near. */
export function levelOf({ km, downwind, reach }: ExposedThing): 1 | 2 | 3 {
  if (km === 0 || reach?.p50_at) return 3;
  return downwind ? 2 : 1;
}

export function sectorFeatures(exposure: Exposure | null): GeoJSON.Feature[] {
  const sector = exposure?.sector as unknown as GeoJSON.Geometry | null | undefined;
  return sector ? [{ type: 'Feature', geometry: sector, properties: {} }] : [];
}

export function threatFeatures(exposure: Exposure | null): GeoJSON.Feature[] {
  return (exposure?.objects ?? []).map((one) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: one.point },
    properties: {
      level: levelOf(one),
      km: one.km,
      label: `${named(one.name) || one.code}, ${kilometres(one.km)}`,
    },
  }));
}
