/** A small map on which one point is chosen by a tap. */
import './map.css';
import { addProtocol, Map as MapLibreMap, setWorkerUrl, type GeoJSONSource } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { Protocol } from 'pmtiles';
import type { Config, Point } from '../lib/api-types';
import type { Lang } from '../lib/i18n.svelte';
import type { Theme } from '../lib/prefs.svelte';
import { BASE_SOURCE, baseLayers } from './basemap';

const PIN = {
  'circle-radius': 9,
  'circle-color': '#d11f1f',
  'circle-stroke-color': '#ffffff',
  'circle-stroke-width': 3,
};

export function pickerMap(
  container: HTMLElement,
  config: Config,
  theme: Theme,
  lang: Lang,
  title: string,
  onpoint: (point: Point) => void,
) {
  setWorkerUrl(workerUrl);
  addProtocol('pmtiles', new Protocol().tile);
  const url = `pmtiles://${new URL(config.basemap, location.origin).href}`;
  const map = new MapLibreMap({
    container,
    style: {
      version: 8,
      sources: {
        [BASE_SOURCE]: { type: 'vector', url },
        pin: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
      },
      layers: [...baseLayers(theme, lang), { id: 'pin', type: 'circle', source: 'pin', paint: PIN }],
    },
    bounds: config.region.bbox,
    attributionControl: false,
    dragRotate: false,
    maxPitch: 0,
    fadeDuration: 0,
    locale: { 'Map.Title': title },
  });
  map.touchZoomRotate.disableRotation();
  map.on('click', ({ lngLat }) => onpoint([lngLat.lng, lngLat.lat]));
  return {
    mark(point: Point | null): void {
      const geometry = point && { type: 'Point' as const, coordinates: point };
      const features: GeoJSON.Feature[] = geometry ? [{ type: 'Feature', geometry, properties: {} }] : [];
      const show = () =>
        void map.getSource<GeoJSONSource>('pin')?.setData({ type: 'FeatureCollection', features });
      if (map.isStyleLoaded()) show();
      else map.once('load', show);
    },
    remove: () => map.remove(),
  };
}
