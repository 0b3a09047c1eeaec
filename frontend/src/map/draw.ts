/** Drawing on the map by terra-draw: outlines, free hand, lines, and dragging what is drawn. */
import type { Map as MapLibreMap } from 'maplibre-gl';
import {
  TerraDraw,
  TerraDrawFreehandMode,
  TerraDrawLineStringMode,
  TerraDrawPolygonMode,
  TerraDrawSelectMode,
  type GeoJSONStoreFeatures,
  type HexColor,
} from 'terra-draw';
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter';
import type { Theme } from '../lib/prefs.svelte';
import { PALETTE } from './palette';

export type DrawMode = 'outline' | 'freehand' | 'line' | 'adjust';
const NAMES: Record<DrawMode, string> = {
  outline: 'polygon',
  freehand: 'freehand',
  line: 'linestring',
  adjust: 'select',
};
/** Digits after the point: a tenth of a metre, and what the library checks loaded shapes against. */
const PRECISION = 6;
const EDITABLE = {
  feature: { draggable: false, coordinates: { midpoints: true, draggable: true, deletable: true } },
};

export class Drawing {
  onchange: (shapes: GeoJSON.Feature[], isUnderWay: boolean) => void = () => undefined;
  private readonly draw: TerraDraw;

  constructor(map: MapLibreMap, theme: Theme) {
    const { draw: colour, outline } = PALETTE[theme] as { draw: HexColor; outline: HexColor };
    const area = { fillColor: colour, fillOpacity: 0.16, outlineColor: colour, outlineWidth: 3 };
    this.draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: PRECISION }),
      modes: [
        new TerraDrawPolygonMode({ styles: { ...area, closingPointColor: colour } }),
        new TerraDrawFreehandMode({ styles: area, autoClose: true, smoothing: 0.6, minDistance: 8 }),
        new TerraDrawLineStringMode({ styles: { lineStringColor: colour, lineStringWidth: 3 } }),
        new TerraDrawSelectMode({
          flags: { polygon: EDITABLE, freehand: EDITABLE, linestring: EDITABLE },
          styles: {
            selectedPolygonColor: colour,
            selectedPolygonFillOpacity: 0.16,
            selectedPolygonOutlineColor: colour,
            selectedPolygonOutlineWidth: 3,
            selectedLineStringColor: colour,
            selectedLineStringWidth: 3,
            selectionPointColor: outline,
            selectionPointOutlineColor: colour,
            selectionPointOutlineWidth: 2,
            selectionPointWidth: 6,
            midPointColor: colour,
            midPointWidth: 3,
            midPointOutlineColor: outline,
          },
        }),
      ],
    });
    this.draw.start();
    this.draw.on('change', () => this.tell());
    this.draw.on('finish', () => this.tell());
  }

  private shapes(): GeoJSONStoreFeatures[] {
    return this.draw
      .getSnapshot()
      .filter(
        ({ geometry, properties }) =>
          (geometry.type === 'Polygon' || geometry.type === 'LineString') &&
          ['polygon', 'freehand', 'linestring'].includes(String(properties.mode)),
      );
  }

  private tell(): void {
    const all = this.shapes();
    const done = all.filter(({ properties }) => !properties.currentlyDrawing);
    this.onchange(done as GeoJSON.Feature[], done.length < all.length);
  }

  mode(mode: DrawMode): void {
    this.draw.setMode(NAMES[mode]);
    if (mode !== 'adjust') return;
    const id = this.shapes()[0]?.id;
    if (id !== undefined) this.draw.selectFeature(id);
  }

  /** Puts outlines on the map to be dragged. */
  load(outers: GeoJSON.Position[][]): void {
    this.draw.clear();
    const round = (value = 0) => Number(value.toFixed(PRECISION));
    this.draw.addFeatures(
      outers.map((ring) => ({
        type: 'Feature' as const,
        geometry: { type: 'Polygon' as const, coordinates: [ring.map(([x, y]) => [round(x), round(y)])] },
        properties: { mode: 'polygon' },
      })),
    );
    this.tell();
  }

  clear(): void {
    this.draw.clear();
    this.tell();
  }

  remove(): void {
    this.draw.stop();
  }
}
