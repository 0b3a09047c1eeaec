/** Vector tiles of the mock: the same layers and properties as the real SQL functions give. */
import { GeoJSONVT } from '@maplibre/geojson-vt';
import { fromGeojsonVt } from '@maplibre/vt-pbf';

const CELLS_BELOW = 6;

function tileOf(features, z, x, y) {
  const index = new GeoJSONVT(
    { type: 'FeatureCollection', features },
    { maxZoom: z, indexMaxZoom: 0, tolerance: 1 },
  );
  return index.getTile(z, x, y) ?? { features: [] };
}

const encode = (layers) => Buffer.from(fromGeojsonVt(layers, { version: 2, extent: 4096 }));
const pointOf = (lon, lat, properties) => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [lon, lat] },
  properties,
});

export function detectionTile(world, z, x, y, hours) {
  const since = world.now() / 1000 - hours * 3600;
  const seen = world.detections.filter((d) => d.t >= since);
  if (z >= CELLS_BELOW) {
    const features = seen.map((d) => pointOf(d.lon, d.lat, { t: d.t, frp: d.frp, conf: 0.8, sat: 3, n: 1 }));
    return encode({ detections: tileOf(features, z, x, y) });
  }
  const size = 360 / 256 / 2 ** z;
  const cells = new Map();
  for (const d of seen) {
    const key = `${Math.floor(d.lon / size)}|${Math.floor((d.lat / size) * 2)}`;
    const cell = cells.get(key) ?? { lon: 0, lat: 0, n: 0, frp: 0, t: 0 };
    cell.lon += d.lon;
    cell.lat += d.lat;
    cell.n += 1;
    cell.frp = Math.max(cell.frp, d.frp);
    cell.t = Math.max(cell.t, d.t);
    cells.set(key, cell);
  }
  const features = [...cells.values()].map((c) =>
    pointOf(c.lon / c.n, c.lat / c.n, { t: c.t, n: c.n, frp: c.frp }),
  );
  return encode({ detections: tileOf(features, z, x, y) });
}

/** A rough blot around the fire's point, the same at every reading. */
export function edgeOf(fire) {
  const km = Math.sqrt(fire.area_ha / 100 / Math.PI);
  const ring = [];
  for (let i = 0; i <= 18; i++) {
    const a = ((i % 18) / 18) * 2 * Math.PI;
    const r = km * (1 + 0.35 * Math.sin(3 * a + fire.point[0] * 7) + 0.2 * Math.cos(5 * a));
    const cos = Math.cos((fire.point[1] * Math.PI) / 180);
    ring.push([fire.point[0] + (r / 111.2 / cos) * Math.sin(a), fire.point[1] + (r / 111.2) * Math.cos(a)]);
  }
  if (fire.edge_drawn) return fire.edge_drawn;
  const hole = ring.map(([lon, lat]) => [
    fire.point[0] + (lon - fire.point[0]) * 0.25,
    fire.point[1] + (lat - fire.point[1]) * 0.25,
  ]);
  const aside = ring.map(([lon, lat]) => [
    fire.point[0] +
      (lon - fire.point[0]) * 0.2 +
      (km / 111.2 / Math.cos((fire.point[1] * Math.PI) / 180)) * 2,
    fire.point[1] + (lat - fire.point[1]) * 0.2,
  ]);
  return { type: 'MultiPolygon', coordinates: fire.parts > 1 ? [[ring, hole.reverse()], [aside]] : [[ring]] };
}

/** A third of the edge, downwind. */
export function frontOf(fire) {
  const [[ring]] = edgeOf(fire).coordinates;
  return { type: 'MultiLineString', coordinates: [ring.slice(1, 8)] };
}

export function fireTile(world, z, x, y) {
  const fires = [...world.fires.values()].filter((fire) => fire.status !== 'merged');
  const features = fires.map((fire) => ({
    type: 'Feature',
    geometry: edgeOf(fire),
    properties: { id: fire.id, status: fire.status },
  }));
  const fronts = fires
    .filter((fire) => fire.activity === 'burning')
    .map((fire) => ({ type: 'Feature', geometry: frontOf(fire), properties: { id: fire.id } }));
  return encode({ edges: tileOf(features, z, x, y), fronts: tileOf(fronts, z, x, y) });
}

export function layerTile(layers, z, x, y) {
  const features = layers.flatMap(({ info, features: list }) =>
    list.map((feature) => ({
      ...feature,
      properties: {
        layer: info.code,
        kind: info.kind,
        name_ru: feature.properties.name.ru,
        name_en: feature.properties.name.en,
        sample: info.sample,
      },
    })),
  );
  return encode({ layers: tileOf(features, z, x, y) });
}
