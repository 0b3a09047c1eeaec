/** Fire danger on the map: a day's classes as a picture over the ground, and dots where weather is known. */
import type {
  ExpressionSpecification,
  GeoJSONSource,
  ImageSource,
  Map as MapLibreMap,
  MapMouseEvent,
} from 'maplibre-gl';
import type { Theme } from '../lib/prefs.svelte';
import { FONT } from './overlays';
import { PALETTE } from './palette';

type Corners = [[number, number], [number, number], [number, number], [number, number]];
const PICTURE = 'x-danger';
const PLACES = 'x-danger-places';
const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };
/** Pixels round a click within which a dot is meant. */
const REACH = 9;
/** The ground's names, edges and fires stay readable through it. */
const OPACITY = 0.5;

/** The first of our layers that must stay above the picture. */
function below(map: MapLibreMap): string | undefined {
  const ours = /^(layer-|edges-|detections-|x-|fires|pin)/;
  return map.getStyle().layers.find(({ id, type }) => ours.test(id) || type === 'symbol')?.id;
}

function colourOf(colours: string[], other: string): ExpressionSpecification {
  const [one, two, three, four, five] = colours as [string, string, string, string, string];
  return ['match', ['get', 'class'], 1, one, 2, two, 3, three, 4, four, 5, five, other];
}

export class DangerLayer {
  private readonly map: MapLibreMap;

  constructor(map: MapLibreMap, theme: Theme, colours: string[]) {
    this.map = map;
    const { halo, text } = PALETTE[theme];
    map.addSource(PLACES, { type: 'geojson', data: EMPTY });
    const above = map.getLayer('fires-chosen') ? 'fires-chosen' : undefined;
    map.addLayer(
      {
        id: PLACES,
        type: 'circle',
        source: PLACES,
        paint: {
          'circle-radius': ['interpolate', ['linear'], ['zoom'], 2, 3.5, 8, 7],
          'circle-color': colourOf(colours, halo),
          'circle-stroke-color': text,
          'circle-stroke-width': 1.2,
        },
      },
      above,
    );
    map.addLayer(
      {
        id: `${PLACES}-label`,
        type: 'symbol',
        source: PLACES,
        minzoom: 4.5,
        layout: {
          'text-field': ['get', 'roman'],
          'text-font': FONT,
          'text-size': 11,
          'text-offset': [0, 0.7],
          'text-anchor': 'top',
        },
        paint: { 'text-color': text, 'text-halo-color': halo, 'text-halo-width': 1.4 },
      },
      above,
    );
  }

  picture(url: string | null, corners: number[][] | null): void {
    if (!url || !corners) {
      if (this.map.getLayer(PICTURE)) this.map.removeLayer(PICTURE);
      if (this.map.getSource(PICTURE)) this.map.removeSource(PICTURE);
      return;
    }
    const coordinates = corners as Corners;
    const known = this.map.getSource<ImageSource>(PICTURE);
    if (known) {
      known.updateImage({ url, coordinates });
      return;
    }
    this.map.addSource(PICTURE, { type: 'image', url, coordinates });
    this.map.addLayer(
      {
        id: PICTURE,
        type: 'raster',
        source: PICTURE,
        paint: { 'raster-opacity': OPACITY, 'raster-resampling': 'nearest', 'raster-fade-duration': 0 },
      },
      below(this.map),
    );
  }

  places(features: GeoJSON.Feature[]): void {
    void this.map.getSource<GeoJSONSource>(PLACES)?.setData({ type: 'FeatureCollection', features });
  }

  /** Tells the code of each place that is clicked, until the returned function is called. */
  onPlace(tell: (code: string) => void): () => void {
    const click = ({ point: { x, y } }: MapMouseEvent) => {
      const box: [[number, number], [number, number]] = [
        [x - REACH, y - REACH],
        [x + REACH, y + REACH],
      ];
      const fires = this.map.getLayer('fires') ? ['fires'] : [];
      if (this.map.queryRenderedFeatures(box, { layers: fires }).length && fires.length) return;
      const [hit] = this.map.queryRenderedFeatures(box, { layers: [PLACES] });
      if (hit) tell(String(hit.properties.code));
    };
    this.map.on('click', click);
    return () => void this.map.off('click', click);
  }

  remove(): void {
    for (const id of [PICTURE, PLACES, `${PLACES}-label`]) {
      if (this.map.getLayer(id)) this.map.removeLayer(id);
    }
    for (const id of [PICTURE, PLACES]) if (this.map.getSource(id)) this.map.removeSource(id);
  }
}
