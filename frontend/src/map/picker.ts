/** A small map on which one point is chosen by a tap. */
import 'maplibre-gl/dist/maplibre-gl.css';
import { addProtocol, Map as MapLibreMap, Marker, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { Protocol } from 'pmtiles';
import type { Config, Point } from '../lib/api-types';
import type { Lang } from '../lib/i18n.svelte';
import type { Theme } from '../lib/prefs.svelte';
import { BASE_SOURCE, baseLayers } from './basemap';

export function pickerMap(
  container: HTMLElement,
  config: Config,
  theme: Theme,
  lang: Lang,
  onpoint: (point: Point) => void,
) {
  setWorkerUrl(workerUrl);
  addProtocol('pmtiles', new Protocol().tile);
  const url = `pmtiles://${new URL(config.basemap, location.origin).href}`;
  const map = new MapLibreMap({
    container,
    style: { version: 8, sources: { [BASE_SOURCE]: { type: 'vector', url } }, layers: baseLayers(theme, lang) },
    bounds: config.region.bbox,
    attributionControl: false,
    dragRotate: false,
    maxPitch: 0,
    fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  const marker = new Marker({ color: '#d11f1f' });
  map.on('click', ({ lngLat }) => onpoint([lngLat.lng, lngLat.lat]));
  return {
    mark(point: Point | null): void {
      if (point) marker.setLngLat(point).addTo(map);
      else marker.remove();
    },
    remove: () => map.remove(),
  };
}
