/** Contours of forecasts on the map: where fire may come, in three shades of probability. */
import type { GeoJSONSource, LayerSpecification, Map as MapLibreMap } from 'maplibre-gl';
import type { Theme } from '../lib/prefs.svelte';
import { PALETTE } from './palette';

/** A fire's own edge and front stay on top of where it may go. */
const BELOW = 'edges-fill';
const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };
const SOURCES = { one: 'x-spread', all: 'x-spread-all' } as const;
type Which = keyof typeof SOURCES;
const LEVELS = [10, 50, 90] as const;
const OPACITY: Record<Theme, [number, number, number]> = {
  day: [0.16, 0.22, 0.3],
  night: [0.28, 0.26, 0.3],
};
/** The less likely, the more broken its line: shades alone would not do for every eye. */
const DASHES: Record<number, number[]> = { 10: [1, 2], 50: [4, 2] };

function layers(which: Which, theme: Theme): LayerSpecification[] {
  return LEVELS.flatMap((level, i): LayerSpecification[] => {
    const common = {
      source: SOURCES[which],
      filter: ['==', ['get', 'level'], level] as ['==', ['get', string], number],
    };
    const colour = PALETTE[theme].spread[i] ?? '';
    return [
      {
        ...common,
        id: `${SOURCES[which]}-fill-${level}`,
        type: 'fill',
        paint: { 'fill-color': colour, 'fill-opacity': OPACITY[theme][i] ?? 0 },
      },
      {
        ...common,
        id: `${SOURCES[which]}-line-${level}`,
        type: 'line',
        paint: {
          'line-color': colour,
          'line-width': ['interpolate', ['linear'], ['zoom'], 5, 0.8, 10, 1.8],
          ...(DASHES[level] ? { 'line-dasharray': DASHES[level] } : {}),
        },
      },
    ];
  });
}

export class SpreadLayers {
  constructor(
    private readonly map: MapLibreMap,
    theme: Theme,
  ) {
    for (const id of Object.values(SOURCES)) {
      if (!map.getSource(id)) map.addSource(id, { type: 'geojson', data: EMPTY });
    }
    this.restyle(theme);
  }

  restyle(theme: Theme): void {
    for (const which of ['all', 'one'] as const) {
      for (const layer of layers(which, theme)) {
        if (this.map.getLayer(layer.id)) this.map.removeLayer(layer.id);
        this.map.addLayer(layer, this.map.getLayer(BELOW) ? BELOW : undefined);
      }
    }
  }

  set(which: Which, features: GeoJSON.Feature[]): void {
    void this.map.getSource<GeoJSONSource>(SOURCES[which])?.setData({ type: 'FeatureCollection', features });
  }
}
