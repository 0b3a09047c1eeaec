/** Our own sources and layers above the base map: region layers, detections, edges, fires. */
import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl';
import type { LayerInfo } from '../lib/api-types';
import type { Lang } from '../lib/i18n.svelte';
import type { Theme } from '../lib/prefs.svelte';
import { AGE_STEPS, PALETTE } from './palette';

export const FONT = ['Inter Variable'];
/** Below this zoom the server sends cells of a grid instead of single detections. */
export const CELLS_BELOW = 6;
const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };

/** Instants are epoch seconds of the world's clock. */
export interface TimeWindow {
  now: number;
  from: number;
  to: number;
}

export interface OverlayState {
  theme: Theme;
  lang: Lang;
  time: TimeWindow;
  /** Region layers that are switched on. */
  layers: LayerInfo[];
  visible: (group: 'detections' | 'edges' | 'fires') => boolean;
}

export function overlaySources(tiles: {
  detections: string;
  edges: string;
  layers: string;
}): Record<string, SourceSpecification> {
  const bounded = { minzoom: 0, maxzoom: 12 };
  return {
    detections: { type: 'vector', tiles: [tiles.detections], ...bounded },
    edges: { type: 'vector', tiles: [tiles.edges], ...bounded },
    layers: { type: 'vector', tiles: [tiles.layers], ...bounded },
    edge: { type: 'geojson', data: EMPTY },
    fires: { type: 'geojson', data: EMPTY, promoteId: 'id' },
    pin: { type: 'geojson', data: EMPTY },
  };
}

function ageHours(now: number): ExpressionSpecification {
  return ['/', ['-', now, ['get', 't']], 3600];
}

function ageColour(theme: Theme, now: number): ExpressionSpecification {
  const [a, b, c, d] = PALETTE[theme].ages;
  return ['step', ageHours(now), a, AGE_STEPS[0], b, AGE_STEPS[1], c, AGE_STEPS[2], d];
}

export function windowFilter({ from, to }: TimeWindow): ExpressionSpecification {
  return ['all', ['>=', ['get', 't'], from], ['<=', ['get', 't'], to]];
}

function detectionLayers({ theme, time, visible }: OverlayState): LayerSpecification[] {
  const common = {
    source: 'detections',
    'source-layer': 'detections',
    layout: { visibility: visible('detections') ? ('visible' as const) : ('none' as const) },
    filter: windowFilter(time),
  };
  const ink = {
    'circle-color': ageColour(theme, time.now),
    'circle-stroke-color': PALETTE[theme].ring,
    'circle-stroke-width': 0.6,
  };
  // Old below, fresh on top: the eye must find the newest first.
  const newestOnTop: ExpressionSpecification = ['get', 't'];
  return [
    {
      ...common,
      id: 'detections-cells',
      type: 'circle',
      maxzoom: CELLS_BELOW,
      layout: { ...common.layout, 'circle-sort-key': newestOnTop },
      paint: {
        ...ink,
        'circle-opacity': 0.85,
        'circle-radius': [
          'interpolate',
          ['linear'],
          ['sqrt', ['coalesce', ['get', 'n'], 1]],
          1,
          2.2,
          5,
          4,
          20,
          8,
        ],
      },
    },
    {
      ...common,
      id: 'detections-points',
      type: 'circle',
      minzoom: CELLS_BELOW,
      layout: { ...common.layout, 'circle-sort-key': newestOnTop },
      paint: {
        ...ink,
        'circle-opacity': 0.9,
        'circle-radius': [
          'interpolate',
          ['exponential', 1.6],
          ['zoom'],
          6,
          ['interpolate', ['linear'], ['coalesce', ['get', 'frp'], 0], 0, 2, 200, 4.5],
          12,
          ['interpolate', ['linear'], ['coalesce', ['get', 'frp'], 0], 0, 5, 200, 11],
        ],
      },
    },
  ];
}

function edgeLayers({ theme, visible }: OverlayState): LayerSpecification[] {
  const { edgeFill, edgeLine, front, selection } = PALETTE[theme];
  const visibility = visible('edges') ? 'visible' : 'none';
  const tiles = { source: 'edges', 'source-layer': 'edges', layout: { visibility } } as const;
  return [
    {
      ...tiles,
      id: 'edges-fill',
      type: 'fill',
      minzoom: 5,
      paint: { 'fill-color': edgeFill, 'fill-opacity': 0.12 },
    },
    {
      ...tiles,
      id: 'edges-line',
      type: 'line',
      minzoom: 5,
      paint: { 'line-color': edgeLine, 'line-width': ['interpolate', ['linear'], ['zoom'], 5, 0.6, 10, 1.6] },
    },
    {
      ...tiles,
      'source-layer': 'fronts',
      id: 'fronts-line',
      type: 'line',
      minzoom: 6,
      paint: {
        'line-color': front,
        'line-width': ['interpolate', ['linear'], ['zoom'], 6, 1.2, 11, 3],
        'line-opacity': 0.85,
      },
    },
    {
      id: 'edge-line',
      type: 'line',
      source: 'edge',
      paint: {
        'line-color': selection,
        'line-width': ['interpolate', ['linear'], ['zoom'], 5, 1.2, 10, 2.4],
      },
    },
  ];
}

type LayerTone = keyof (typeof PALETTE)['day']['layers'];
const TONES: Record<string, LayerTone> = {
  boundary: 'boundary',
  municipality: 'boundary',
  forestry: 'forestry',
  subforestry: 'forestry',
  compartment: 'forestry',
  stand: 'forestry',
  protection_zone: 'zone',
  settlement: 'settlement',
};
export function toneOf(info: Pick<LayerInfo, 'kind'>): LayerTone {
  return TONES[info.kind] ?? 'other';
}

/** One region layer: outline, points and names, drawn under everything that burns. */
function regionLayers({ theme, lang, layers }: OverlayState): LayerSpecification[] {
  const palette = PALETTE[theme];
  return layers.flatMap((info): LayerSpecification[] => {
    const colour = palette.layers[toneOf(info)];
    const mine: ExpressionSpecification = ['==', ['get', 'layer'], info.code];
    const common = { source: 'layers', 'source-layer': 'layers' } as const;
    const isPoint: ExpressionSpecification = ['==', ['geometry-type'], 'Point'];
    return [
      {
        ...common,
        id: `layer-${info.code}-line`,
        type: 'line',
        filter: ['all', mine, ['!', isPoint]],
        paint: { 'line-color': colour, 'line-width': 1.1, 'line-dasharray': info.sample ? [3, 2] : [1, 0] },
      },
      {
        ...common,
        id: `layer-${info.code}-point`,
        type: 'circle',
        filter: ['all', mine, isPoint],
        paint: {
          'circle-color': palette.halo,
          'circle-radius': 3,
          'circle-stroke-color': colour,
          'circle-stroke-width': 1.6,
        },
      },
      {
        ...common,
        id: `layer-${info.code}-name`,
        type: 'symbol',
        minzoom: 4.5,
        filter: mine,
        layout: {
          'text-field': ['coalesce', ['get', `name_${lang}`], ['get', 'name'], ''],
          'text-font': FONT,
          'text-size': 11,
          'text-offset': [0, 0.9],
          'text-anchor': 'top',
        },
        paint: { 'text-color': colour, 'text-halo-color': palette.halo, 'text-halo-width': 1.2 },
      },
    ];
  });
}

function fireLayers({ theme, visible }: OverlayState): LayerSpecification[] {
  const signal: ExpressionSpecification = ['==', ['get', 'status'], 'signal'];
  const { selection, text, halo } = PALETTE[theme];
  const visibility = visible('fires') ? 'visible' : 'none';
  const chosen: ExpressionSpecification = ['boolean', ['feature-state', 'selected'], false];
  return [
    {
      id: 'fires-chosen',
      type: 'circle',
      source: 'fires',
      layout: { visibility },
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 2, 12, 6, 17],
        'circle-color': selection,
        'circle-opacity': ['case', chosen, 0.18, 0],
        'circle-stroke-color': selection,
        'circle-stroke-width': ['case', chosen, 2.5, 0],
      },
    },
    {
      id: 'fires',
      type: 'symbol',
      source: 'fires',
      layout: {
        visibility,
        'icon-image': ['get', 'icon'],
        // From far away the marks must not hide the detections below them.
        'icon-size': ['interpolate', ['linear'], ['zoom'], 2, 0.45, 6, ['case', signal, 1, 0.85]],
        'icon-allow-overlap': true,
        // Later drawn lies on top.
        'symbol-sort-key': ['get', 'rank'],
      },
    },
    {
      id: 'fires-label',
      type: 'symbol',
      source: 'fires',
      layout: {
        visibility,
        // Earlier placed wins the room: the opposite order to the marks.
        'symbol-sort-key': ['-', 0, ['get', 'rank']],
        // Temporary labels of signals only help when few are in sight.
        'text-field': ['step', ['zoom'], ['case', signal, '', ['get', 'label']], 5, ['get', 'label']],
        'text-font': FONT,
        'text-size': 11.5,
        'text-anchor': 'top',
        'text-offset': [0, 0.9],
      },
      paint: { 'text-color': text, 'text-halo-color': halo, 'text-halo-width': 1.6 },
    },
    {
      id: 'pin',
      type: 'circle',
      source: 'pin',
      paint: {
        'circle-radius': 8,
        'circle-color': selection,
        'circle-opacity': 0.25,
        'circle-stroke-color': selection,
        'circle-stroke-width': 2.5,
      },
    },
  ];
}

/** What lies under the base map's names: nothing that burns may hide which village is near. */
export function groundLayers(state: OverlayState): LayerSpecification[] {
  return [...regionLayers(state), ...edgeLayers(state), ...detectionLayers(state)];
}

/** What lies above everything. */
export function markLayers(state: OverlayState): LayerSpecification[] {
  return fireLayers(state);
}
