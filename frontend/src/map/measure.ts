/** What is measured, drawn on the map: corners, the line between them, the ground inside. */
import type { GeoJSONSource, LayerSpecification, Map as MapLibreMap, MapMouseEvent } from 'maplibre-gl';
import type { Point } from '../lib/api-types';
import { wrap } from '../lib/geo';
import { drawn } from '../lib/geodesic';
import type { Theme } from '../lib/prefs.svelte';
import { FONT } from './overlays';
import { PALETTE } from './palette';

const SOURCE = 'x-measure';
/** Pixels round a corner within which it is meant, and not new ground. */
const REACH = 10;

export interface Measured {
  points: Point[];
  closed: boolean;
  /** Written beside the middle of each leg. */
  labels: string[];
}

export interface Hands {
  onPoint: (point: Point) => void;
  onMove: (index: number, point: Point) => void;
  onFinish: () => void;
}

function layers(theme: Theme): LayerSpecification[] {
  const { draw, halo, text } = PALETTE[theme];
  return [
    {
      id: `${SOURCE}-fill`,
      type: 'fill',
      source: SOURCE,
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': draw, 'fill-opacity': 0.14 },
    },
    {
      id: `${SOURCE}-case`,
      type: 'line',
      source: SOURCE,
      filter: ['==', ['geometry-type'], 'LineString'],
      paint: { 'line-color': halo, 'line-width': 5 },
    },
    {
      id: `${SOURCE}-line`,
      type: 'line',
      source: SOURCE,
      filter: ['==', ['geometry-type'], 'LineString'],
      paint: { 'line-color': draw, 'line-width': 2.5 },
    },
    {
      id: `${SOURCE}-corner`,
      type: 'circle',
      source: SOURCE,
      filter: ['==', ['get', 'role'], 'corner'],
      paint: {
        'circle-radius': 5,
        'circle-color': halo,
        'circle-stroke-color': draw,
        'circle-stroke-width': 2.5,
      },
    },
    {
      id: `${SOURCE}-label`,
      type: 'symbol',
      source: SOURCE,
      filter: ['==', ['get', 'role'], 'leg'],
      layout: {
        'text-field': ['get', 'text'],
        'text-font': FONT,
        'text-size': 12.5,
        'text-offset': [0, -0.9],
        'text-allow-overlap': true,
      },
      paint: { 'text-color': text, 'text-halo-color': halo, 'text-halo-width': 2 },
    },
  ];
}

const feature = (
  geometry: GeoJSON.Geometry,
  properties: GeoJSON.GeoJsonProperties = {},
): GeoJSON.Feature => ({
  type: 'Feature',
  geometry,
  properties,
});

/** Corners, legs with their words, and ground, for one source. */
export function measureFeatures({ points, closed, labels }: Measured): GeoJSON.Feature[] {
  const isRing = closed && points.length > 2;
  const line = drawn(points, closed);
  const found: GeoJSON.Feature[] = [];
  if (isRing) found.push(feature({ type: 'Polygon', coordinates: [line] }));
  if (line.length > 1) found.push(feature({ type: 'LineString', coordinates: line }));
  const ends = isRing ? [...points, points[0] as Point] : points;
  ends.slice(1).forEach((point, i) => {
    const part = drawn([ends[i] as Point, point]);
    const at = part[Math.floor(part.length / 2)] ?? point;
    const before = part[Math.floor(part.length / 2) - 1] ?? at;
    const middle = part.length === 2 ? [mean(before[0], at[0]), mean(before[1], at[1])] : at;
    found.push(feature({ type: 'Point', coordinates: middle }, { role: 'leg', text: labels[i] ?? '' }));
  });
  points.forEach((point, index) =>
    found.push(feature({ type: 'Point', coordinates: point }, { role: 'corner', index })),
  );
  return found;
}
const mean = (a = 0, b = 0) => (a + b) / 2;

/** Puts a measurement on a map and tells what hands do to it, until `remove`. */
export class MeasureLayer {
  private readonly cross = document.createElement('div');
  private dragged: number | null = null;

  constructor(
    private readonly map: MapLibreMap,
    theme: Theme,
    private readonly hands: Hands,
  ) {
    map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
    for (const layer of layers(theme)) map.addLayer(layer);
    map.doubleClickZoom.disable();
    map.getCanvas().style.cursor = 'crosshair';
    map.on('click', this.click);
    map.on('dblclick', this.finish);
    map.on('mousedown', this.grab);
    map.on('mousemove', this.drag);
    map.on('mouseup', this.drop);
    // Arrows move the map below it: that is how a corner is placed without a mouse.
    this.cross.className = 'map-cross';
    this.cross.setAttribute('aria-hidden', 'true');
    map.getContainer().append(this.cross);
  }

  private cornerAt({ point: { x, y } }: MapMouseEvent): number | null {
    const near = this.map.queryRenderedFeatures(
      [
        [x - REACH, y - REACH],
        [x + REACH, y + REACH],
      ],
      { layers: [`${SOURCE}-corner`] },
    )[0];
    return near ? Number(near.properties.index) : null;
  }

  private readonly click = (event: MapMouseEvent) => {
    // The second click of a double one ends the line and is no corner of its own.
    if (event.originalEvent.detail > 1 || this.cornerAt(event) !== null) return;
    this.hands.onPoint([wrap(event.lngLat.lng), event.lngLat.lat]);
  };
  private readonly finish = (event: MapMouseEvent) => {
    event.preventDefault();
    this.hands.onFinish();
  };
  private readonly grab = (event: MapMouseEvent) => {
    this.dragged = this.cornerAt(event);
    if (this.dragged !== null) event.preventDefault(); // the map stays where it is
  };
  private readonly drag = ({ lngLat }: MapMouseEvent) => {
    if (this.dragged !== null) this.hands.onMove(this.dragged, [wrap(lngLat.lng), lngLat.lat]);
  };
  private readonly drop = () => (this.dragged = null);

  get centre(): Point {
    const { lng, lat } = this.map.getCenter();
    return [wrap(lng), lat];
  }

  show(measured: Measured): void {
    const features = measureFeatures(measured);
    void this.map.getSource<GeoJSONSource>(SOURCE)?.setData({ type: 'FeatureCollection', features });
  }

  restyle(theme: Theme): void {
    for (const layer of layers(theme)) {
      for (const [name, value] of Object.entries(layer.paint ?? {}))
        this.map.setPaintProperty(layer.id, name as 'line-color', value);
    }
  }

  remove(): void {
    const { map } = this;
    map.off('click', this.click);
    map.off('dblclick', this.finish);
    map.off('mousedown', this.grab);
    map.off('mousemove', this.drag);
    map.off('mouseup', this.drop);
    this.cross.remove();
    if (!map.style) return; // the map went first
    map.doubleClickZoom.enable();
    map.getCanvas().style.cursor = '';
    for (const { id } of layers('day')) map.removeLayer(id);
    map.removeSource(SOURCE);
  }
}
