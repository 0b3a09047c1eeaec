/**
 * What the map shows of one chosen fire and of things asked for now and then: its front, its
 * detections, what is being chosen of them, heat sources, lightning. Loaded after the first picture.
 */
import type {
  ExpressionSpecification,
  GeoJSONSource,
  LayerSpecification,
  Map as MapLibreMap,
  MapMouseEvent,
} from 'maplibre-gl';
import type { Point } from '../lib/api-types';
import type { Theme } from '../lib/prefs.svelte';
import { isInside } from '../lib/shapes';
import { FONT } from './overlays';
import { PALETTE } from './palette';
import { threatLayers } from './threats';

const SOURCES = [
  'x-sector',
  'x-threats',
  'x-front',
  'x-points',
  'x-link',
  'x-lasso',
  'x-heat',
  'x-bolts',
] as const;
type Source = (typeof SOURCES)[number];
const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };
/** A fire's marks stay on top of everything here. */
const BELOW = 'fires-chosen';
/** Pixels round a click within which a detection is meant. */
const REACH = 9;
/** A stroke may have lit a fire for so many hours (ten days). */
export const BOLT_HOURS = 240;

function layers(theme: Theme): LayerSpecification[] {
  const { front, selection, outline, halo, text, heat, bolt, ages } = PALETTE[theme];
  const chosen: ExpressionSpecification = ['boolean', ['feature-state', 'chosen'], false];
  const boltSize: ExpressionSpecification = [
    'interpolate',
    ['linear'],
    ['get', 'hours'],
    0,
    20,
    48,
    14,
    BOLT_HOURS,
    10,
  ];
  const verdict: ExpressionSpecification = ['coalesce', ['get', 'verdict'], ''];
  return [
    ...threatLayers(theme),
    {
      id: 'x-heat-area',
      type: 'circle',
      source: 'x-heat',
      minzoom: 5,
      paint: {
        'circle-radius': [
          'interpolate',
          ['exponential', 2],
          ['zoom'],
          5,
          ['max', 7, ['*', ['get', 'px5'], 1]],
          15,
          ['max', 7, ['*', ['get', 'px5'], 1024]],
        ],
        'circle-color': heat,
        'circle-opacity': ['match', ['get', 'state'], 'denied', 0, 'expired', 0.04, 0.14],
        'circle-stroke-color': heat,
        'circle-stroke-width': ['match', ['get', 'state'], 'confirmed', 1.6, 0.8],
      },
    },
    {
      id: 'x-heat',
      type: 'symbol',
      source: 'x-heat',
      layout: {
        // A square for what is confirmed, an open one for what is only proposed.
        'text-field': ['match', ['get', 'state'], 'confirmed', '■', 'denied', '×', 'expired', '·', '□'],
        'text-font': ['sans-serif'],
        'text-size': ['interpolate', ['linear'], ['zoom'], 3, 11, 8, 18],
        'text-allow-overlap': true,
      },
      paint: { 'text-color': heat, 'text-halo-color': halo, 'text-halo-width': 1.4 },
    },
    {
      id: 'x-bolts',
      type: 'symbol',
      source: 'x-bolts',
      layout: {
        'text-field': '+',
        'text-font': FONT,
        'text-size': ['interpolate', ['linear'], ['zoom'], 3, 9, 7, boltSize],
        'text-allow-overlap': true,
        'symbol-sort-key': ['-', 0, ['get', 'hours']],
      },
      paint: {
        'text-color': ['interpolate', ['linear'], ['get', 'hours'], 0, bolt[0], BOLT_HOURS, bolt[1]],
        'text-halo-color': halo,
        'text-halo-width': 1.2,
      },
    },
    {
      id: 'x-front-case',
      type: 'line',
      source: 'x-front',
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': halo, 'line-width': ['interpolate', ['linear'], ['zoom'], 5, 4, 11, 8.5] },
    },
    {
      id: 'x-front',
      type: 'line',
      source: 'x-front',
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': front, 'line-width': ['interpolate', ['linear'], ['zoom'], 5, 2.4, 11, 5.5] },
    },
    {
      id: 'x-link',
      type: 'line',
      source: 'x-link',
      paint: { 'line-color': selection, 'line-width': 2, 'line-dasharray': [2, 2] },
    },
    {
      id: 'x-points',
      type: 'circle',
      source: 'x-points',
      filter: ['!=', verdict, 'false'],
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 5, 3, 11, ['case', chosen, 7, 5.5]],
        'circle-color': ['case', chosen, selection, ages[1]],
        'circle-opacity': 0.9,
        // Held where a person put it: a dark ring, like a pin.
        'circle-stroke-color': ['case', chosen, outline, ['match', verdict, 'held', text, outline]],
        'circle-stroke-width': ['case', chosen, 2, ['match', verdict, 'held', 2.4, 1]],
      },
    },
    {
      id: 'x-points-false',
      type: 'symbol',
      source: 'x-points',
      filter: ['==', verdict, 'false'],
      layout: {
        'text-field': '×',
        'text-font': FONT,
        'text-size': 19,
        'text-allow-overlap': true,
      },
      paint: {
        'text-color': ['case', chosen, selection, text],
        'text-halo-color': halo,
        'text-halo-width': 1.6,
      },
    },
    {
      id: 'x-lasso',
      type: 'line',
      source: 'x-lasso',
      paint: { 'line-color': selection, 'line-width': 2, 'line-dasharray': [2, 1.5] },
    },
  ];
}

export class Details {
  private chosen = new Set<string>();

  constructor(
    readonly map: MapLibreMap,
    theme: Theme,
  ) {
    for (const id of SOURCES) {
      if (!map.getSource(id))
        map.addSource(id, {
          type: 'geojson',
          data: EMPTY,
          ...(id === 'x-points' ? { promoteId: 'key' } : {}),
        });
    }
    this.restyle(theme);
  }

  restyle(theme: Theme): void {
    for (const layer of layers(theme)) {
      if (this.map.getLayer(layer.id)) this.map.removeLayer(layer.id);
      this.map.addLayer(layer, this.map.getLayer(BELOW) ? BELOW : undefined);
    }
  }

  set(source: Source, features: GeoJSON.Feature[]): void {
    void this.map.getSource<GeoJSONSource>(source)?.setData({ type: 'FeatureCollection', features });
  }

  /** Paints which detections are chosen; only those that differ are touched. */
  choose(keys: ReadonlySet<string>): void {
    for (const key of this.chosen) {
      if (!keys.has(key)) this.map.setFeatureState({ source: 'x-points', id: key }, { chosen: false });
    }
    for (const key of keys) {
      if (!this.chosen.has(key)) this.map.setFeatureState({ source: 'x-points', id: key }, { chosen: true });
    }
    this.chosen = new Set(keys);
  }

  private near({ x, y }: { x: number; y: number }, ids: string[]) {
    return this.map.queryRenderedFeatures(
      [
        [x - REACH, y - REACH],
        [x + REACH, y + REACH],
      ],
      { layers: ids.filter((id) => this.map.getLayer(id)) },
    );
  }

  /** Tells each detection that is clicked, until the returned function is called. */
  onPoint(tell: (key: string) => void): () => void {
    const click = ({ point }: MapMouseEvent) => {
      const [hit] = this.near(point, ['x-points', 'x-points-false']);
      if (hit) tell(String(hit.properties.key));
    };
    this.map.on('click', click);
    return () => void this.map.off('click', click);
  }

  onHeat(tell: (id: string) => void): () => void {
    const click = ({ point }: MapMouseEvent) => {
      if (this.near(point, ['fires']).length) return;
      const [hit] = this.near(point, ['x-heat']);
      if (hit) tell(String(hit.properties.id));
    };
    this.map.on('click', click);
    return () => void this.map.off('click', click);
  }

  /** A line drawn round things with the pointer held down; the map stands still meanwhile. */
  lasso(tell: (inside: (point: Point) => boolean) => void): () => void {
    const canvas = this.map.getCanvasContainer();
    let path: [number, number][] = [];
    const place = ({ clientX, clientY }: PointerEvent): [number, number] => {
      const box = canvas.getBoundingClientRect();
      return [clientX - box.left, clientY - box.top];
    };
    const show = () => {
      const line = path.map(([x, y]) => this.map.unproject([x, y]).toArray());
      this.set('x-lasso', [
        { type: 'Feature', geometry: { type: 'LineString', coordinates: line }, properties: {} },
      ]);
    };
    const down = (event: PointerEvent) => {
      if (event.button !== 0 || !event.isPrimary) return;
      path = [place(event)];
      canvas.setPointerCapture(event.pointerId);
    };
    const move = (event: PointerEvent) => {
      if (!path.length || !event.isPrimary) return;
      path.push(place(event));
      show();
    };
    const up = () => {
      const ring = path;
      path = [];
      this.set('x-lasso', []);
      if (ring.length < 3) return;
      tell((point) => {
        const { x, y } = this.map.project(point);
        return isInside([x, y], ring);
      });
    };
    this.map.dragPan.disable();
    this.map.boxZoom.disable();
    this.map.getCanvas().style.cursor = 'crosshair';
    canvas.addEventListener('pointerdown', down);
    canvas.addEventListener('pointermove', move);
    canvas.addEventListener('pointerup', up);
    canvas.addEventListener('pointercancel', up);
    return () => {
      this.set('x-lasso', []);
      this.map.dragPan.enable();
      this.map.boxZoom.enable();
      this.map.getCanvas().style.cursor = '';
      canvas.removeEventListener('pointerdown', down);
      canvas.removeEventListener('pointermove', move);
      canvas.removeEventListener('pointerup', up);
      canvas.removeEventListener('pointercancel', up);
    };
  }
}

const feature = (
  geometry: GeoJSON.Geometry,
  properties: GeoJSON.GeoJsonProperties = {},
): GeoJSON.Feature => ({
  type: 'Feature',
  geometry,
  properties,
});
export const lineFeature = (points: Point[]) => feature({ type: 'LineString', coordinates: points });
export const shapeFeature = feature;
