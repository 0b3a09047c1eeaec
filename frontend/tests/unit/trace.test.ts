/** An edge as it is walked: what counts, what is thinned, how much ground it holds. */
import { describe, expect, test } from 'vitest';
import * as trace from '../../src/phone/trace';
import { fc } from './random';

describe('walk', () => {
  const M = 1 / 111_195;
  const at = (east: number, north: number, changes: Partial<trace.Fix> = {}): trace.Fix => ({
    lon: 129 + (east * M) / Math.cos((62 * Math.PI) / 180),
    lat: 62 + north * M,
    m: 8,
    t: 0,
    ...changes,
  });
  const walked = (fixes: trace.Fix[]) =>
    fixes.reduce((walk, fix, i) => trace.add(walk, { ...fix, t: i * 30_000 }), trace.begin(trace.idle()));
  const square = (side: number, step = 20): trace.Fix[] => {
    const n = side / step;
    const along = Array.from({ length: n }, (_, i) => i * step);
    return [
      ...along.map((x) => at(x, 0)),
      ...along.map((y) => at(side, y)),
      ...along.map((x) => at(side - x, side)),
      ...along.map((y) => at(0, side - y)),
    ];
  };

  test('a square of 400 m holds 16 ha, and is told with four corners', () => {
    const walk = walked(square(400));
    expect(trace.areaHa(walk)).toBeCloseTo(16, 1);
    expect(trace.lengthM(walk)).toBeCloseTo(1580, -1);
    expect(trace.gapM(walk)).toBeCloseTo(20, 0);
    const shape = trace.shape(walk);
    expect(shape?.type).toBe('LineString');
    expect(shape?.coordinates).toHaveLength(5);
  });

  test('rough fixes, trembling and leaps do not count, and rough ones are told', () => {
    let walk = walked([at(0, 0), at(30, 0)]);
    walk = trace.add(walk, at(60, 0, { m: 300, t: 60_000 }));
    walk = trace.add(walk, at(31, 1, { t: 90_000 }));
    walk = trace.add(walk, at(90_000, 0, { t: 91_000 }));
    expect(trace.points(walk)).toBe(2);
    expect(walk.rough).toBe(2);
  });

  test('nothing is recorded in a pause, and what follows is a stretch of its own', () => {
    let walk = trace.pause(walked([at(0, 0), at(30, 0), at(60, 30)]));
    walk = trace.add(walk, at(500, 0));
    walk = trace.begin(walk);
    for (const [i, fix] of [at(500, 0), at(530, 0), at(560, 30)].entries())
      walk = trace.add(walk, { ...fix, t: 600_000 + i * 30_000 });
    expect(trace.shape(walk)).toMatchObject({ type: 'MultiLineString' });
    expect(trace.lengthM(walk)).toBeLessThan(200);
  });

  test('undo takes the last stretch back, and in the end everything', () => {
    let walk = walked(square(200));
    const before = trace.points(walk);
    walk = trace.undo(walk);
    expect(trace.points(walk)).toBeLessThan(before);
    expect(trace.points(walk)).toBeGreaterThanOrEqual(before - 4);
    for (let i = 0; i < 40; i += 1) walk = trace.undo(walk);
    expect(trace.points(walk)).toBe(0);
    expect(trace.points(trace.add(walk, at(0, 0)))).toBe(1);
  });

  test('across 180° a walk is as long as anywhere', () => {
    const near = (lon: number): trace.Fix => ({ lon, lat: 66, m: 5, t: 0 });
    expect(trace.metres(near(179.9999), near(-179.9999))).toBeCloseTo(9, 0);
  });

  test('thinning keeps every point within its bound', async () => {
    await fc(40, (random) => {
      const run = Array.from({ length: 60 }, (_, i) => at(i * 10, random() * 40));
      const kept = trace.thinned(run);
      expect(kept[0]).toBe(run[0]);
      expect(kept.at(-1)).toBe(run.at(-1));
      for (const fix of run) {
        const next = kept.findIndex(({ lon }) => lon >= fix.lon);
        const [a, b] = [kept[Math.max(next - 1, 0)], kept[Math.max(next, 1)]] as [trace.Fix, trace.Fix];
        const along = (fix.lon - a.lon) / (b.lon - a.lon || 1);
        const line = { ...fix, lat: a.lat + along * (b.lat - a.lat) };
        // straight down is never closer than across
        expect(trace.metres(fix, line)).toBeLessThan(trace.FINE_M * 6);
      }
      return Promise.resolve();
    });
  });
});
