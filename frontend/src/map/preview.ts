/** A small map that shows what a layer's new version would change. */
import './map.css';
import { addProtocol, Map as MapLibreMap, setWorkerUrl, type ExpressionSpecification } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { Protocol } from 'pmtiles';
import type { Config } from '../lib/api-types';
import type { Lang } from '../lib/i18n.svelte';
import type { Theme } from '../lib/prefs.svelte';
import { BASE_SOURCE, baseLayers } from './basemap';

const COLOUR: ExpressionSpecification = [
  'match',
  ['get', 'change'],
  ...['added', '#1f9d57', 'changed', '#d99a00', 'removed', '#d11f1f'],
  '#7f8b96',
] as unknown as ExpressionSpecification;
const AREA: ExpressionSpecification = ['==', ['geometry-type'], 'Polygon'];
const POINT: ExpressionSpecification = ['==', ['geometry-type'], 'Point'];
/** Around what is shown, px. */
const MARGIN = 24;
/** A single point is not shown as if from the ground. */
const CLOSEST = 11;

interface Look {
  theme: Theme;
  language: Lang;
  title: string;
}

type Box = [number, number, number, number];

/** Around everything that is drawn, also what is gone. */
export function extent(shapes: GeoJSON.FeatureCollection): Box | null {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    const [lon, lat] = part as unknown[];
    if (typeof lon !== 'number' || typeof lat !== 'number') return part.forEach(walk);
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  };
  for (const { geometry } of shapes.features) if ('coordinates' in geometry) walk(geometry.coordinates);
  return box[0] <= box[2] ? box : null;
}

/** Draws features by their `change`; the returned function takes the map away. */
export function previewMap(
  container: HTMLElement,
  config: Config,
  { theme, language, title }: Look,
  shapes: GeoJSON.FeatureCollection,
): () => void {
  setWorkerUrl(workerUrl);
  addProtocol('pmtiles', new Protocol().tile);
  const url = `pmtiles://${new URL(config.basemap, location.origin).href}`;
  const bounds = extent(shapes) ?? config.region.bbox;
  const map = new MapLibreMap({
    container,
    style: {
      version: 8,
      sources: {
        [BASE_SOURCE]: { type: 'vector', url },
        shapes: { type: 'geojson', data: shapes },
      },
      layers: [
        ...baseLayers(theme, language),
        {
          id: 'areas',
          type: 'fill',
          source: 'shapes',
          filter: AREA,
          paint: { 'fill-color': COLOUR, 'fill-opacity': 0.25 },
        },
        { id: 'lines', type: 'line', source: 'shapes', paint: { 'line-color': COLOUR, 'line-width': 1.6 } },
        {
          id: 'points',
          type: 'circle',
          source: 'shapes',
          filter: POINT,
          paint: {
            'circle-color': COLOUR,
            'circle-radius': 4.5,
            'circle-stroke-width': 1,
            'circle-stroke-color': theme === 'day' ? '#ffffff' : '#12181e',
          },
        },
      ],
    },
    bounds,
    fitBoundsOptions: { padding: MARGIN, maxZoom: CLOSEST },
    attributionControl: false,
    dragRotate: false,
    maxPitch: 0,
    fadeDuration: 0,
    locale: { 'Map.Title': title },
  });
  map.touchZoomRotate.disableRotation();
  return () => map.remove();
}
