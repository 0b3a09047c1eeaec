/** What partners own and what burns beyond the border, on the map; loaded after the first picture. */
import type { GeoJSONSource, LayerSpecification, Map as MapLibreMap, MapMouseEvent } from 'maplibre-gl';
import type { Theme } from '../lib/prefs.svelte';
import { FONT } from './overlays';
import { PALETTE } from './palette';

const ASSETS = 'x-assets';
const FOREIGN = 'x-foreign';
const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };
/** Pixels round a click within which a thing is meant. */
const REACH = 7;
/** Dark on the day's map, light on the night's; neither is a colour that fires have. */
const OWNED: Record<Theme, string> = { day: '#0b7a75', night: '#5fd6cf' };

export interface BorderHit {
  kind: 'asset' | 'foreign';
  id: string;
  at: [number, number];
}

export function borderLayers(theme: Theme): LayerSpecification[] {
  const { halo, text, severity } = PALETTE[theme];
  const colour = OWNED[theme];
  const words = { 'text-font': FONT, 'text-size': 11, 'text-offset': [0, 1.1], 'text-anchor': 'top' };
  const ink = { 'text-color': text, 'text-halo-color': halo, 'text-halo-width': 1.6 };
  return [
    {
      id: `${ASSETS}-area`,
      type: 'fill',
      source: ASSETS,
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': colour, 'fill-opacity': 0.18 },
    },
    {
      id: `${ASSETS}-line`,
      type: 'line',
      source: ASSETS,
      filter: ['!=', ['geometry-type'], 'Point'],
      paint: { 'line-color': colour, 'line-width': 2, 'line-dasharray': [5, 1.5] },
    },
    {
      id: `${ASSETS}-point`,
      type: 'circle',
      source: ASSETS,
      filter: ['==', ['geometry-type'], 'Point'],
      paint: {
        'circle-radius': 4.5,
        'circle-color': colour,
        'circle-stroke-color': halo,
        'circle-stroke-width': 1.5,
      },
    },
    {
      id: `${ASSETS}-name`,
      type: 'symbol',
      source: ASSETS,
      minzoom: 8,
      layout: { ...words, 'text-field': ['get', 'label'] } as never,
      paint: ink,
    },
    {
      // A fire that is not ours: a ring that is open in the middle, with the region's name.
      id: `${FOREIGN}-ring`,
      type: 'circle',
      source: FOREIGN,
      paint: {
        'circle-radius': 7,
        'circle-color': halo,
        'circle-opacity': 0.5,
        'circle-stroke-color': severity[2],
        'circle-stroke-width': 2,
      },
    },
    {
      id: `${FOREIGN}-name`,
      type: 'symbol',
      source: FOREIGN,
      minzoom: 5,
      layout: { ...words, 'text-field': ['get', 'label'] } as never,
      paint: ink,
    },
  ];
}

export class BorderLayer {
  constructor(
    private readonly map: MapLibreMap,
    private theme: Theme,
  ) {
    for (const source of [ASSETS, FOREIGN]) map.addSource(source, { type: 'geojson', data: EMPTY });
    this.draw();
  }

  private draw(): void {
    const below = this.map.getLayer('fires') ? 'fires' : undefined;
    for (const layer of borderLayers(this.theme)) this.map.addLayer(layer, below);
  }

  restyle(theme: Theme): void {
    if (theme === this.theme) return;
    this.clear();
    this.theme = theme;
    this.draw();
  }

  assets(features: GeoJSON.Feature[]): void {
    this.map.getSource<GeoJSONSource>(ASSETS)?.setData({ type: 'FeatureCollection', features });
  }

  foreign(features: GeoJSON.Feature[]): void {
    this.map.getSource<GeoJSONSource>(FOREIGN)?.setData({ type: 'FeatureCollection', features });
  }

  /** Tells what a click means; a foreign fire lies on top. */
  onHit(tell: (hit: BorderHit | null) => void): () => void {
    const ids = borderLayers(this.theme)
      .map(({ id }) => id)
      .filter((id) => !id.endsWith('-name'));
    const click = ({ point: { x, y }, lngLat }: MapMouseEvent) => {
      const box: [[number, number], [number, number]] = [
        [x - REACH, y - REACH],
        [x + REACH, y + REACH],
      ];
      const layers = ids.filter((id) => this.map.getLayer(id));
      const hit = this.map.queryRenderedFeatures(box, { layers })[0];
      const kind = hit?.source === FOREIGN ? 'foreign' : 'asset';
      tell(hit ? { kind, id: String(hit.properties.id), at: [lngLat.lng, lngLat.lat] } : null);
    };
    this.map.on('click', click);
    return () => void this.map.off('click', click);
  }

  private clear(): void {
    for (const { id } of borderLayers(this.theme)) if (this.map.getLayer(id)) this.map.removeLayer(id);
  }

  remove(): void {
    if (!this.map.style) return;
    this.clear();
    for (const source of [ASSETS, FOREIGN]) if (this.map.getSource(source)) this.map.removeSource(source);
  }
}
