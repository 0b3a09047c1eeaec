/** A crew's map, drawn from a file of the phone: it needs no network at all. */
import './map.css';
import { addProtocol, Map as MapLibreMap, setWorkerUrl, type GeoJSONSource } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { FileSource, PMTiles, Protocol } from 'pmtiles';
import type { Point } from '../lib/api-types';
import type { Lang } from '../lib/i18n.svelte';
import type { Theme } from '../lib/prefs.svelte';
import type { components } from '../lib/schema';
import { BASE_SOURCE, baseLayers } from './basemap';

type Area = components['schemas']['FieldArea'];
type Task = components['schemas']['FieldTask'];
const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };
const geojson = { type: 'geojson', data: EMPTY } as const;
const ZOOM = 7;

function feature(geometry: unknown, properties: Record<string, unknown> = {}): GeoJSON.Feature {
  return { type: 'Feature', geometry: geometry as GeoJSON.Geometry, properties };
}
const point = (coordinates: unknown, properties = {}) => feature({ type: 'Point', coordinates }, properties);

export function fieldMap(
  container: HTMLElement,
  file: File,
  theme: Theme,
  lang: Lang,
  title: string,
  centre: Point,
) {
  setWorkerUrl(workerUrl);
  const protocol = new Protocol();
  protocol.add(new PMTiles(new FileSource(file)));
  addProtocol('pmtiles', protocol.tile);
  const night = theme === 'night';
  const ink = night ? '#e5ebf0' : '#14202b';
  const map = new MapLibreMap({
    container,
    style: {
      version: 8,
      sources: {
        [BASE_SOURCE]: { type: 'vector', url: `pmtiles://${file.name}` },
        fires: geojson,
        places: geojson,
        way: geojson,
        me: geojson,
      },
      layers: [
        ...baseLayers(theme, lang),
        {
          id: 'edges',
          type: 'fill',
          source: 'fires',
          paint: { 'fill-color': '#d11f1f', 'fill-opacity': 0.3 },
        },
        {
          id: 'edge-lines',
          type: 'line',
          source: 'fires',
          paint: { 'line-color': '#d11f1f', 'line-width': 2 },
        },
        {
          id: 'way',
          type: 'line',
          source: 'way',
          paint: { 'line-color': '#0b62b8', 'line-width': 3, 'line-dasharray': [2, 1] },
        },
        {
          id: 'fires',
          type: 'circle',
          source: 'fires',
          filter: ['==', ['geometry-type'], 'Point'],
          paint: {
            'circle-radius': 7,
            'circle-color': '#d11f1f',
            'circle-stroke-color': '#ffffff',
            'circle-stroke-width': 2,
          },
        },
        {
          id: 'places',
          type: 'symbol',
          source: 'places',
          layout: { 'text-field': ['get', 'name'], 'text-font': ['Inter Variable'], 'text-size': 12 },
          paint: {
            'text-color': ink,
            'text-halo-color': night ? '#12181e' : '#ffffff',
            'text-halo-width': 1.5,
          },
        },
        {
          id: 'me',
          type: 'circle',
          source: 'me',
          paint: {
            'circle-radius': 8,
            'circle-color': '#0b62b8',
            'circle-stroke-color': '#ffffff',
            'circle-stroke-width': 3,
          },
        },
      ],
    },
    center: centre,
    zoom: ZOOM,
    attributionControl: false,
    dragRotate: false,
    maxPitch: 0,
    fadeDuration: 0,
    locale: { 'Map.Title': title },
  });
  map.touchZoomRotate.disableRotation();
  const put = (name: string, features: GeoJSON.Feature[]) => {
    const show = () =>
      void map.getSource<GeoJSONSource>(name)?.setData({ type: 'FeatureCollection', features });
    if (map.isStyleLoaded()) show();
    else map.once('load', show);
  };
  return {
    show(area: Area | null, task: Task | null, language: Lang): void {
      const fires = [...(area?.fires ?? []), ...(task?.fire ? [task.fire] : [])];
      put('fires', [
        ...fires.filter(({ edge }) => edge).map((one) => feature(one.edge)),
        ...fires.map((one) => point(one.point, { id: one.id })),
      ]);
      const names = area?.places ?? [];
      put(
        'places',
        names.map((one) => point(one.point, { name: one.name[language] ?? one.name.ru ?? '' })),
      );
      const line = task?.way?.line ?? [];
      put('way', line.length > 1 ? [feature({ type: 'LineString', coordinates: line })] : []);
    },
    me(spot: { point: Point } | null): void {
      put('me', spot ? [point(spot.point)] : []);
    },
    remove: () => map.remove(),
  };
}
