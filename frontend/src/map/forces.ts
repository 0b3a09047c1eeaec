/** Bases, units and their ways on the map; loaded after the first picture. */
import type {
  ExpressionSpecification,
  GeoJSONSource,
  LayerSpecification,
  Map as MapLibreMap,
  MapMouseEvent,
} from 'maplibre-gl';
import type { Theme } from '../lib/prefs.svelte';
import type { ForceFeatures } from './force-features';
import { FORCE_RATIO, forceIcon } from './force-icons';
import { FORCES } from './force-palette';
import { FONT } from './overlays';

const SOURCES = {
  routes: 'x-force-routes',
  bases: 'x-force-bases',
  crowds: 'x-force-crowds',
  units: 'x-force-units',
} as const;
/** From here on every unit has a sign of its own; below, places with several show their number. */
const NEAR = 7.5;
/** Pixels round a click within which a sign is meant. */
const REACH = 8;
const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };

export interface ForceHit {
  /** Units under the pointer, the first on top. */
  units: string[];
  base: string | null;
}

function layers(theme: Theme): LayerSpecification[] {
  const { force, text, paper, base } = FORCES[theme];
  const size: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'], 3, 0.5, 6, 0.72, 9, 0.9];
  const width: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'], 3, 1.2, 8, 2.4];
  const words = { 'text-font': FONT, 'text-size': 11, 'text-optional': true } as const;
  const paint = { 'text-color': text, 'text-halo-color': paper, 'text-halo-width': 1.6 };
  const sign = {
    'icon-image': ['get', 'icon'] as ExpressionSpecification,
    'icon-offset': ['get', 'offset'] as ExpressionSpecification,
    'icon-size': size,
    'icon-allow-overlap': true,
    // The names of towns keep their room.
    'icon-ignore-placement': true,
    'symbol-sort-key': ['get', 'rank'] as ExpressionSpecification,
    'text-field': ['get', 'label'] as ExpressionSpecification,
    'text-anchor': 'left' as const,
    'text-offset': ['get', 'beside'] as ExpressionSpecification,
    ...words,
    'text-allow-overlap': true,
  };
  const line = {
    type: 'line',
    source: SOURCES.routes,
    layout: { 'line-cap': 'round', 'line-join': 'round' },
  } as const;
  return [
    {
      ...line,
      id: 'x-force-gone',
      filter: ['==', ['get', 'part'], 'gone'],
      paint: { 'line-color': force, 'line-width': 1.6, 'line-opacity': 0.35 },
    },
    {
      ...line,
      id: 'x-force-ahead',
      filter: ['all', ['==', ['get', 'part'], 'ahead'], ['==', ['get', 'state'], 'departed']],
      paint: { 'line-color': force, 'line-width': width },
    },
    {
      ...line,
      id: 'x-force-planned',
      filter: ['all', ['==', ['get', 'part'], 'ahead'], ['==', ['get', 'state'], 'ordered']],
      paint: { 'line-color': force, 'line-width': width, 'line-dasharray': [2, 2.4] },
    },
    {
      ...line,
      id: 'x-force-unknown',
      filter: ['==', ['get', 'part'], 'unknown'],
      paint: { 'line-color': force, 'line-width': 1.4, 'line-dasharray': [0.5, 3] },
    },
    {
      id: 'x-force-bases',
      type: 'symbol',
      source: SOURCES.bases,
      layout: {
        'icon-image': ['get', 'icon'],
        'icon-size': ['interpolate', ['linear'], ['zoom'], 3, 0.42, 6, 0.7, 9, 0.85],
        // From afar the larger base keeps the room.
        'icon-overlap': ['step', ['zoom'], 'never', 5, 'always'],
        'icon-ignore-placement': true,
        'symbol-sort-key': ['-', 0, ['get', 'rank']],
        'text-field': [
          'step',
          ['zoom'],
          '',
          4.5,
          ['get', 'label'],
          7,
          [
            'case',
            ['==', ['get', 'label'], ''],
            ['get', 'name'],
            ['concat', ['get', 'name'], ' ', ['get', 'label']],
          ],
        ],
        'text-anchor': 'bottom',
        'text-offset': [0, -0.9],
        ...words,
      },
      paint: { 'text-color': base, 'text-halo-color': paper, 'text-halo-width': 1.6 },
    },
    { id: 'x-force-crowds', type: 'symbol', source: SOURCES.crowds, maxzoom: NEAR, layout: sign, paint },
    { id: 'x-force-units', type: 'symbol', source: SOURCES.units, minzoom: NEAR, layout: sign, paint },
  ];
}
const SIGNS = ['x-force-units', 'x-force-crowds', 'x-force-bases'];

export class ForcesLayer {
  private readonly painted = new Set<string>();
  private waiting: ForceFeatures | null = null;
  private frame = 0;
  /** What the map was told of each part: its worker reads, cuts and sends back whatever it is told. */
  private readonly told = new Map<keyof ForceFeatures, string>();

  constructor(
    private readonly map: MapLibreMap,
    private theme: Theme,
  ) {
    for (const id of Object.values(SOURCES)) {
      if (!map.getSource(id)) map.addSource(id, { type: 'geojson', data: EMPTY });
    }
    this.restyle(theme);
  }

  restyle(theme: Theme): void {
    const isOther = theme !== this.theme;
    this.theme = theme;
    if (isOther) for (const name of this.painted) this.paint(name);
    for (const layer of layers(theme)) {
      if (this.map.getLayer(layer.id)) this.map.removeLayer(layer.id);
      this.map.addLayer(layer, this.map.getLayer('fires-chosen') ? 'fires-chosen' : undefined);
    }
  }

  /** Trackers speak in batches: the map is told once a frame. */
  show(features: ForceFeatures): void {
    this.waiting = features;
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    this.frame = 0;
    const told = this.waiting;
    this.waiting = null;
    if (!told) return;
    for (const part of ['routes', 'bases', 'crowds', 'units'] as const) {
      for (const { properties } of told[part]) {
        const name = properties?.icon as string | undefined;
        if (name && !this.painted.has(name)) this.paint(name);
      }
      const data = { type: 'FeatureCollection' as const, features: told[part] };
      const text = JSON.stringify(told[part]);
      if (this.told.get(part) === text) continue;
      this.told.set(part, text);
      void this.map.getSource<GeoJSONSource>(SOURCES[part])?.setData(data);
    }
  }

  private paint(name: string): void {
    const image = forceIcon(name, this.theme);
    if (!image) return;
    if (this.map.hasImage(name)) this.map.updateImage(name, image);
    else this.map.addImage(name, image, { pixelRatio: FORCE_RATIO });
    this.painted.add(name);
  }

  private hitAt({ point: { x, y } }: MapMouseEvent): ForceHit | null {
    const box: [[number, number], [number, number]] = [
      [x - REACH, y - REACH],
      [x + REACH, y + REACH],
    ];
    const there = (ids: string[]) =>
      this.map.queryRenderedFeatures(box, { layers: ids.filter((id) => this.map.getLayer(id)) });
    if (there(['fires']).length) return null;
    const [hit] = there(SIGNS);
    if (!hit) return null;
    const { units, base } = hit.properties;
    return { units: units ? String(units).split(' ') : [], base: base ? String(base) : null };
  }

  /** Tells what the pointer is over and what is clicked, until the returned function is called. */
  watch(over: (hit: ForceHit | null) => void, click: (hit: ForceHit) => void): () => void {
    let last = '';
    const move = (event: MapMouseEvent) => {
      const hit = this.hitAt(event);
      const name = JSON.stringify(hit);
      if (name === last) return;
      last = name;
      this.map.getCanvas().style.cursor = hit ? 'pointer' : '';
      over(hit);
    };
    const press = (event: MapMouseEvent) => {
      const hit = this.hitAt(event);
      if (hit) click(hit);
    };
    this.map.on('mousemove', move);
    this.map.on('click', press);
    return () => {
      this.map.off('mousemove', move);
      this.map.off('click', press);
    };
  }

  remove(): void {
    cancelAnimationFrame(this.frame);
    for (const { id } of layers(this.theme)) if (this.map.getLayer(id)) this.map.removeLayer(id);
    for (const id of Object.values(SOURCES)) if (this.map.getSource(id)) this.map.removeSource(id);
  }
}
