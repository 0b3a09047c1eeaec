/** A sketch of the territory: outlines and fires on a plane. Pure. */

export type Spot = [number, number];
export interface Shape {
  code: string;
  name: unknown;
  rings: Spot[][];
}
export interface Frame {
  width: number;
  height: number;
  place: (lon: number, lat: number) => Spot;
}

/** Outer rings of polygons; holes add nothing at this size. */
export function ringsOf(geometry: GeoJSON.Geometry): Spot[][] {
  if (geometry.type === 'Polygon') return geometry.coordinates.slice(0, 1) as Spot[][];
  if (geometry.type === 'MultiPolygon')
    return geometry.coordinates.flatMap((one) => one.slice(0, 1)) as Spot[][];
  return [];
}

const TURN = 360;
const RADIAN = Math.PI / 180;
/** Share of the picture that stays free at each side. */
const MARGIN = 0.05;

/** Degrees east of `from`, so that a territory on both sides of 180° stays in one piece. */
const east = (lon: number, from: number): number => (((lon - from) % TURN) + TURN) % TURN;

/**
 * The frame that holds all these places: equirectangular, true at its middle latitude.
 *
 * Longitudes are counted from the western end of the widest gap between them.
 */
export function frameOf(places: Spot[], width: number): Frame {
  const lons = [...new Set(places.map(([lon]) => ((lon % TURN) + TURN) % TURN))].sort((a, b) => a - b);
  let from = lons[0] ?? 0;
  let gap = 0;
  lons.forEach((lon, i) => {
    const next = lons[(i + 1) % lons.length] ?? lon;
    const free = i + 1 < lons.length ? next - lon : next + TURN - lon;
    if (free > gap) [gap, from] = [free, next];
  });
  const lats = places.map(([, lat]) => lat);
  const south = Math.min(...lats);
  const north = Math.max(...lats);
  const stretch = Math.cos(((south + north) / 2) * RADIAN);
  const wide = Math.max(...places.map(([lon]) => east(lon, from))) * stretch || 1;
  const high = north - south || 1;
  const scale = (width * (1 - 2 * MARGIN)) / wide;
  const height = (high * scale) / (1 - 2 * MARGIN);
  return {
    width,
    height,
    place: (lon, lat) => [
      width * MARGIN + east(lon, from) * stretch * scale,
      height * MARGIN + (north - lat) * scale,
    ],
  };
}

/** A ring as a path, without steps that nobody sees at this size. */
export function path(ring: Spot[], frame: Frame, least = 0.7): string {
  const kept: Spot[] = [];
  for (const [lon, lat] of ring) {
    const [x, y] = frame.place(lon, lat);
    const last = kept.at(-1);
    if (!last || Math.hypot(x - last[0], y - last[1]) >= least) kept.push([x, y]);
  }
  return kept.length < 3 ? '' : `M${kept.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`;
}
