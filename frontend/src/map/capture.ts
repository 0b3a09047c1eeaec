/**
 * A picture of the map for paper. The screen's own canvas is empty between frames and has a screen's
 * pixels: the same style is drawn once more, unseen, at the size of the paper, and read when it is whole.
 */
import { Map as MapLibreMap, type LayerSpecification, type StyleSpecification } from 'maplibre-gl';
import type { Point } from '../lib/api-types';

/** Taken as it is after this time, ms: a source may never answer. */
const PATIENCE_MS = 60_000;
const GREYS = ['#000000', '#4d4d4d', '#8c8c8c', '#bdbdbd'];

interface Picture {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
  pixelRatio: number;
  sdf: boolean;
}
export interface Taken {
  style: StyleSpecification;
  images: Map<string, Picture>;
}

/** Style and images of a map as they are at this moment. */
export function take(map: MapLibreMap): Taken {
  const images = new Map<string, Picture>();
  for (const id of map.listImages()) {
    const image = map.getImage(id);
    if (!image?.data) continue;
    const { data, width, height } = image.data;
    images.set(id, { data: data.slice(), width, height, pixelRatio: image.pixelRatio, sdf: image.sdf });
  }
  return { style: structuredClone(map.getStyle()), images };
}

/** Ages as shades of grey that a copier keeps apart; shapes say the rest. */
export function inGrey(style: StyleSpecification): StyleSpecification {
  const layers = style.layers.map((layer) => {
    if (!layer.id.startsWith('detections-') || layer.type !== 'circle') return layer;
    const colour = layer.paint?.['circle-color'];
    if (!Array.isArray(colour)) return layer;
    let at = 0;
    const grey = colour.map((part, i) => (i >= 2 && i % 2 === 0 ? GREYS[at++] : part));
    return { ...layer, paint: { ...layer.paint, 'circle-color': grey } } as LayerSpecification;
  });
  return { ...style, layers };
}

export interface Wish {
  taken: Taken;
  centre: Point;
  zoom: number;
  /** CSS pixels. */
  width: number;
  height: number;
  /** Device pixels per CSS pixel. */
  ratio: number;
  grey: boolean;
  chosen: string | null;
}
export interface Shot {
  /** A PNG as a data address. */
  url: string;
  /** Features that were drawn, by layer. */
  seen: Map<string, GeoJSON.GeoJsonProperties[]>;
  /** Sources of which something is missing. */
  missing: string[];
}

/** Their signs are moved apart by lists of numbers, which the library reads as text where it is asked. */
const UNASKED = /^x-force-(units|crowds)/;

function seenOn(map: MapLibreMap): Shot['seen'] {
  const seen: Shot['seen'] = new Map();
  const { layers } = map.getStyle();
  for (const layer of layers) {
    if (UNASKED.test(layer.id) && 'source' in layer && map.querySourceFeatures(layer.source).length)
      seen.set(layer.id, []);
  }
  const asked = layers.map(({ id }) => id).filter((id) => !UNASKED.test(id));
  for (const { layer, properties } of map.queryRenderedFeatures({ layers: asked })) {
    const list = seen.get(layer.id);
    if (list) list.push(properties);
    else seen.set(layer.id, [properties]);
  }
  return seen;
}

function shadesOf(canvas: HTMLCanvasElement): string {
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  const pen = copy.getContext('2d');
  if (!pen) return canvas.toDataURL('image/png');
  pen.drawImage(canvas, 0, 0);
  const picture = pen.getImageData(0, 0, copy.width, copy.height);
  const { data } = picture;
  for (let i = 0; i < data.length; i += 4) {
    // Rec. 709: what the eye takes for equally bright.
    const light = 0.2126 * (data[i] ?? 0) + 0.7152 * (data[i + 1] ?? 0) + 0.0722 * (data[i + 2] ?? 0);
    data[i] = data[i + 1] = data[i + 2] = light;
  }
  pen.putImageData(picture, 0, 0);
  return copy.toDataURL('image/png');
}

/** Draws what was taken; `signal` ends it early, with an error of its own. */
export async function draw(wish: Wish, signal: AbortSignal): Promise<Shot> {
  const { taken, centre, zoom, width, height, ratio, grey, chosen } = wish;
  const box = document.createElement('div');
  box.style.cssText = `position:fixed;left:-20000px;top:0;width:${width}px;height:${height}px`;
  box.setAttribute('aria-hidden', 'true');
  box.inert = true;
  document.body.append(box);
  const missing = new Set<string>();
  const map = new MapLibreMap({
    container: box,
    style: grey ? inGrey(taken.style) : taken.style,
    center: centre,
    zoom,
    interactive: false,
    attributionControl: false,
    fadeDuration: 0,
    pixelRatio: ratio,
    maxZoom: 20,
    minZoom: 0,
    renderWorldCopies: true,
    canvasContextAttributes: { preserveDrawingBuffer: true },
  });
  try {
    map.on('error', (event) => missing.add(String((event as { sourceId?: string }).sourceId ?? 'map')));
    map.on('styleimagemissing', ({ id }: { id: string }) => give(map, id, taken));
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        missing.add('time');
        resolve();
      }, PATIENCE_MS);
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      map.once('style.load', () => {
        for (const id of taken.images.keys()) give(map, id, taken);
        if (chosen && map.getSource('fires'))
          map.setFeatureState({ source: 'fires', id: chosen }, { selected: true });
      });
      map.once('idle', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    const canvas = map.getCanvas();
    return {
      url: grey ? shadesOf(canvas) : canvas.toDataURL('image/png'),
      seen: seenOn(map),
      missing: [...missing],
    };
  } finally {
    map.remove();
    box.remove();
  }
}

function give(map: MapLibreMap, id: string, { images }: Taken): void {
  const image = images.get(id);
  if (!image || map.hasImage(id)) return;
  const { data, width, height, pixelRatio, sdf } = image;
  map.addImage(id, { data, width, height }, { pixelRatio, sdf });
}
