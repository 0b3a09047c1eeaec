/** Regimes on the map: a tint over each municipality that has one, under everything that burns. */
import type { ExpressionSpecification, GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl';
import type { RegimeKind } from '../lib/engine-types';

const SOURCE = 'x-regimes';
const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };
/** From mild to severe; apart in lightness as well, for those who tell no red from green. */
export const COLOURS: Record<RegimeKind, string> = {
  season: '#9ccb6b',
  ban: '#e3b505',
  special: '#e07a1f',
  emergency: '#b3123f',
};

function below(map: MapLibreMap): string | undefined {
  const ours = /^(layer-|edges-|detections-|x-|fires|pin)/;
  return map.getStyle().layers.find(({ id, type }) => ours.test(id) || type === 'symbol')?.id;
}

export class RegimeLayer {
  private readonly map: MapLibreMap;

  constructor(map: MapLibreMap) {
    this.map = map;
    const colour: ExpressionSpecification = [
      'match',
      ['get', 'kind'],
      'season',
      COLOURS.season,
      'ban',
      COLOURS.ban,
      'special',
      COLOURS.special,
      'emergency',
      COLOURS.emergency,
      'rgba(0,0,0,0)',
    ];
    const before = below(map);
    map.addSource(SOURCE, { type: 'geojson', data: EMPTY });
    const paint = { 'fill-color': colour, 'fill-opacity': 0.35 } as const;
    map.addLayer({ id: SOURCE, type: 'fill', source: SOURCE, paint }, before);
    const line = { 'line-color': colour, 'line-width': 1.5 } as const;
    map.addLayer({ id: `${SOURCE}-line`, type: 'line', source: SOURCE, paint: line }, before);
  }

  set(features: GeoJSON.Feature[]): void {
    this.map.getSource<GeoJSONSource>(SOURCE)?.setData({ type: 'FeatureCollection', features });
  }

  remove(): void {
    if (!this.map.style) return;
    for (const id of [`${SOURCE}-line`, SOURCE]) if (this.map.getLayer(id)) this.map.removeLayer(id);
    if (this.map.getSource(SOURCE)) this.map.removeSource(SOURCE);
  }
}
