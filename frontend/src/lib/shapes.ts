/** Plane geometry for pointing at things on the map: lasso, simpler outlines, holes. Pure. */
import type { Point } from './api-types';

type Ring = GeoJSON.Position[];
const RAD = Math.PI / 180;

/** Even-odd rule; the ring may be open or closed. */
export function isInside([x, y]: GeoJSON.Position, ring: Ring): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi = 0, yi = 0] = ring[i] ?? [];
    const [xj = 0, yj = 0] = ring[j] ?? [];
    if (yi > (y ?? 0) !== yj > (y ?? 0) && (x ?? 0) < ((xj - xi) * ((y ?? 0) - yi)) / (yj - yi) + xi)
      inside = !inside;
  }
  return inside;
}

/** Squared distance of a point to a segment, in the units of the coordinates. */
function offLine([x, y]: [number, number], [ax, ay]: [number, number], [bx, by]: [number, number]): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
  return (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2;
}

/** Fewer vertices, none farther than `metres` from the old line (Douglas & Peucker 1973). */
export function simpler(line: Ring, metres: number): Ring {
  const lat = line[0]?.[1] ?? 0;
  const perDegree = 111_195; // metres of a degree of latitude, mean sphere
  const flat = line.map(
    ([lon = 0, y = 0]) => [lon * perDegree * Math.cos(lat * RAD), y * perDegree] as [number, number],
  );
  const keep = new Set([0, line.length - 1]);
  const stack: [number, number][] = [[0, line.length - 1]];
  for (let part = stack.pop(); part; part = stack.pop()) {
    const [from, to] = part;
    let worst = metres * metres;
    let at = -1;
    for (let i = from + 1; i < to; i++) {
      const far = offLine(flat[i] ?? [0, 0], flat[from] ?? [0, 0], flat[to] ?? [0, 0]);
      if (far > worst) [worst, at] = [far, i];
    }
    if (at < 0) continue;
    keep.add(at);
    stack.push([from, at], [at, to]);
  }
  return line.filter((_, i) => keep.has(i));
}

/** Outlines of a geometry, each at most about `most` vertices, and the holes that lie in them. */
export function outlines(geometry: GeoJSON.Geometry | null, most = 150): { outers: Ring[]; holes: Ring[] } {
  const parts =
    geometry?.type === 'MultiPolygon'
      ? geometry.coordinates
      : geometry?.type === 'Polygon'
        ? [geometry.coordinates]
        : [];
  const outers = parts.flatMap(([outer]) => {
    if (!outer) return [];
    let ring = outer;
    for (let metres = 30; ring.length > most; metres *= 2) ring = simpler(outer, metres);
    return ring.length >= 4 ? [ring] : [];
  });
  return { outers, holes: parts.flatMap((rings) => rings.slice(1)) };
}

/** Polygons as one geometry; each hole goes to the outline that holds all of it, or is dropped. */
export function withHoles(outers: Ring[], holes: Ring[]): GeoJSON.Polygon | GeoJSON.MultiPolygon {
  const parts = outers.map((outer) => [
    outer,
    ...holes.filter((hole) => hole.every((corner) => isInside(corner, outer))),
  ]);
  return parts.length === 1
    ? { type: 'Polygon', coordinates: parts[0] ?? [] }
    : { type: 'MultiPolygon', coordinates: parts };
}

/** Area of a ring on the mean sphere, hectares (Chamberlain & Duquette 2007). */
export function ringHectares(ring: Ring): number {
  let sum = 0;
  for (let i = 0; i < ring.length - 1; i++) {
    const [lon1 = 0, lat1 = 0] = ring[i] ?? [];
    const [lon2 = 0, lat2 = 0] = ring[i + 1] ?? [];
    sum += (lon2 - lon1) * RAD * (2 + Math.sin(lat1 * RAD) + Math.sin(lat2 * RAD));
  }
  return Math.abs((sum * 6_371_008.8 ** 2) / 2) / 10_000;
}

/** The smallest box around points, for looking at them all at once. */
export function boxOf(points: Point[]): [number, number, number, number] | null {
  if (!points.length) return null;
  const lons = points.map(([lon]) => lon);
  const lats = points.map(([, lat]) => lat);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}
