/**
 * The dispatcher's map, without any framework: it is told what to show and tells what was clicked.
 *
 * Theme and language change only paint and layout properties: `setStyle` would drop sources and
 * images and flash the screen at night.
 */
import './map.css';
import {
  addProtocol,
  Map as MapLibreMap,
  setWorkerUrl,
  type GeoJSONSource,
  type LayerSpecification,
  type MapLayerMouseEvent,
  type StyleSpecification,
  type VectorTileSource,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { Protocol } from 'pmtiles';
import type { Point } from '../lib/api-types';
import { BASE_SOURCE, baseLayers } from './basemap';
import { fireIcons, ICON_RATIO } from './icons';
import {
  groundLayers,
  markLayers,
  overlaySources,
  windowFilter,
  type OverlayState,
  type TimeWindow,
} from './overlays';

setWorkerUrl(workerUrl);
addProtocol('pmtiles', new Protocol().tile);

export interface TileUrls {
  detections: string;
  edges: string;
  layers: string;
}

export interface MapParts {
  container: HTMLElement;
  /** Address of the base map's PMTiles file, or null where none is installed. */
  basemap: string | null;
  bbox: [number, number, number, number];
  tiles: TileUrls;
  state: OverlayState;
  /** What the canvas is called aloud. */
  title: string;
  onFire: (id: string | null) => void;
  onMove: (view: { zoom: number; lat: number }) => void;
  onPointer: (point: Point | null) => void;
  onProblem: (source: string) => void;
}

/** Paddings of `fitBounds` and the nearest zoom that a single fire is shown at. */
const FIT = { padding: { top: 48, right: 56, bottom: 140, left: 56 }, maxZoom: 11, duration: 500 };

/** Zoom from which the base map names towns, and the width from which that view still holds a region. */
const NAMES_FROM = 3.05;
const WIDE_PX = 700;

/** Layers that others have put on this map and look after themselves: details of a fire, drawing. */
const GUEST = /^(x|td)-/;

/** Names and the dots of towns, as against land, water and lines. */
function isName(layer: LayerSpecification): boolean {
  return layer.type === 'symbol' || layer.type === 'circle';
}

export class FireMap {
  readonly map: MapLibreMap;
  private ready = false;
  private pending: (() => void)[] = [];
  private chosen: string | null = null;
  private nextFires: GeoJSON.Feature[] | null = null;
  private readonly hasBase: boolean;

  constructor(private readonly parts: MapParts) {
    this.hasBase = parts.basemap !== null;
    this.map = new MapLibreMap({
      container: parts.container,
      style: this.style(parts.state),
      bounds: parts.bbox,
      fitBoundsOptions: { padding: { top: 16, right: 24, bottom: 116, left: 24 } },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxPitch: 0,
      maxZoom: 15,
      minZoom: 1.5,
      renderWorldCopies: true,
      fadeDuration: 0,
      locale: { 'Map.Title': parts.title },
    });
    // The whole region is shown first, but not from so far that its towns lose their names.
    const { clientWidth } = parts.container;
    if (clientWidth > WIDE_PX && this.map.getZoom() < NAMES_FROM) this.map.setZoom(NAMES_FROM);
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.on('load', () => this.start());
    this.map.on('move', () => this.tellView());
    this.map.on('mousemove', ({ lngLat }) => parts.onPointer([lngLat.lng, lngLat.lat]));
    this.map.on('mouseout', () => parts.onPointer(null));
    this.map.on('error', (event) => {
      const source = (event as unknown as { sourceId?: string }).sourceId;
      if (source) parts.onProblem(source);
    });
  }

  private style(state: OverlayState): StyleSpecification {
    const all = baseLayers(state.theme, state.lang);
    const base = this.hasBase ? all : all.filter((layer) => layer.type === 'background');
    return {
      version: 8,
      sources: {
        ...(this.parts.basemap
          ? { [BASE_SOURCE]: { type: 'vector' as const, url: `pmtiles://${this.parts.basemap}` } }
          : {}),
        ...overlaySources(this.parts.tiles),
      },
      layers: [
        ...base.filter((layer) => !isName(layer)),
        ...groundLayers(state),
        ...base.filter(isName),
        ...markLayers(state),
      ],
    };
  }

  private start(): void {
    this.addIcons(this.parts.state);
    this.map.on('click', (event) => this.click(event));
    this.map.on('mouseenter', 'fires', () => (this.map.getCanvas().style.cursor = 'pointer'));
    this.map.on('mouseleave', 'fires', () => (this.map.getCanvas().style.cursor = ''));
    this.ready = true;
    for (const task of this.pending.splice(0)) task();
    this.tellView();
  }

  whenReady(task: () => void): void {
    if (this.ready) task();
    else this.pending.push(task);
  }

  private tellView(): void {
    this.parts.onMove({ zoom: this.map.getZoom(), lat: this.map.getCenter().lat });
  }

  private click(event: MapLayerMouseEvent | { point: { x: number; y: number } }): void {
    const { x, y } = event.point;
    const reach = 6; // pixels: a finger or a shaking hand
    const hits = this.map.queryRenderedFeatures(
      [
        [x - reach, y - reach],
        [x + reach, y + reach],
      ],
      { layers: ['fires'] },
    );
    const best = hits.sort((a, b) => Number(a.properties.rank) - Number(b.properties.rank)).at(-1);
    this.parts.onFire(best ? String(best.properties.id) : null);
  }

  private addIcons(state: OverlayState): void {
    for (const [name, image] of fireIcons(state.theme)) {
      if (this.map.hasImage(name)) this.map.updateImage(name, image);
      else this.map.addImage(name, image, { pixelRatio: ICON_RATIO });
    }
  }

  /** Brings every layer to the given state, touching only what differs. */
  restyle(state: OverlayState): void {
    this.whenReady(() => {
      const wanted = this.style(state).layers;
      const names = new Set(wanted.map((layer) => layer.id));
      for (const { id } of this.map.getStyle().layers) {
        if (!names.has(id) && !GUEST.test(id)) this.map.removeLayer(id);
      }
      let above: string | undefined;
      for (const layer of [...wanted].reverse()) {
        if (this.map.getLayer(layer.id)) this.patch(layer);
        else this.map.addLayer(layer, above);
        above = layer.id;
      }
      this.addIcons(state);
    });
  }

  private patch(layer: LayerSpecification): void {
    const differs = (old: unknown, next: unknown) => JSON.stringify(old) !== JSON.stringify(next);
    for (const [name, value] of Object.entries(layer.paint ?? {})) {
      const key = name as Parameters<MapLibreMap['setPaintProperty']>[1];
      if (differs(this.map.getPaintProperty(layer.id, key), value))
        this.map.setPaintProperty(layer.id, key, value);
    }
    for (const [name, value] of Object.entries(layer.layout ?? {})) {
      const key = name as Parameters<MapLibreMap['setLayoutProperty']>[1];
      if (differs(this.map.getLayoutProperty(layer.id, key), value))
        this.map.setLayoutProperty(layer.id, key, value);
    }
  }

  setTitle(title: string): void {
    this.map.getCanvas().setAttribute('aria-label', title);
  }

  /** A pass changes hundreds of fires within a moment: the map is told once a frame. */
  setFires(features: GeoJSON.Feature[]): void {
    const isPlanned = this.nextFires !== null;
    this.nextFires = features;
    if (isPlanned) return;
    requestAnimationFrame(() => {
      this.setData('fires', { type: 'FeatureCollection', features: this.nextFires ?? [] });
      this.nextFires = null;
    });
  }

  setEdge(edge: GeoJSON.Geometry | null): void {
    const features: GeoJSON.Feature[] = edge ? [{ type: 'Feature', geometry: edge, properties: {} }] : [];
    this.setData('edge', { type: 'FeatureCollection', features });
  }

  setPin(point: Point | null): void {
    const geometry = point && { type: 'Point' as const, coordinates: point };
    const features: GeoJSON.Feature[] = geometry ? [{ type: 'Feature', geometry, properties: {} }] : [];
    this.setData('pin', { type: 'FeatureCollection', features });
  }

  private setData(source: string, data: GeoJSON.FeatureCollection): void {
    this.whenReady(() => void this.map.getSource<GeoJSONSource>(source)?.setData(data));
  }

  select(id: string | null): void {
    this.whenReady(() => {
      if (this.chosen) this.map.removeFeatureState({ source: 'fires', id: this.chosen }, 'selected');
      this.chosen = id;
      if (id) this.map.setFeatureState({ source: 'fires', id }, { selected: true });
    });
  }

  setWindow(time: TimeWindow): void {
    this.whenReady(() => {
      for (const id of ['detections-cells', 'detections-points']) {
        if (this.map.getLayer(id)) this.map.setFilter(id, windowFilter(time));
      }
    });
  }

  /** Reads the tiles of a source again, from an address that no cache knows. */
  reload(source: 'detections' | 'edges' | 'layers', url: string): void {
    this.whenReady(() => void this.map.getSource<VectorTileSource>(source)?.setTiles([url]));
  }

  show(target: { point?: Point; bbox?: [number, number, number, number]; zoom?: number }): void {
    if (target.bbox) this.map.fitBounds(target.bbox, FIT);
    else if (target.point) {
      // What can be seen already needs no jump: the eye keeps its place on the map.
      if (target.zoom === undefined && this.isInView(target.point)) return;
      const zoom = target.zoom ?? this.map.getZoom();
      this.map.easeTo({ center: target.point, zoom, duration: FIT.duration });
    }
  }

  private isInView(point: Point): boolean {
    const { x, y } = this.map.project(point);
    const { clientWidth, clientHeight } = this.map.getContainer();
    const { top, right, bottom, left } = FIT.padding;
    return x > left && x < clientWidth - right && y > top && y < clientHeight - bottom;
  }

  zoomBy(step: number): void {
    this.map.easeTo({ zoom: this.map.getZoom() + step, duration: 200 });
  }

  remove(): void {
    this.map.remove();
  }
}
