/** Signs that are dragged in a what-if: equal units share one, no two cover each other. */
import { expect, test } from 'vitest';
import type { Point } from '../../src/lib/api-types';
import type { Unit } from '../../src/lib/engine-types';
import { grown, movable, placesOf } from '../../src/screens/dispatcher/fire/suggested/signs';

const unit = (code: string, point: Point | null, kind = 'helitack') =>
  ({ code, kind, status: 'available', position: point && { point } }) as unknown as Unit;
const project = ([x, y]: Point) => ({ x: x * 100, y: -y * 100 });
const HOME: Point = [1, 2];

test('equal units of a place have one sign; one that is thought elsewhere has its own', () => {
  const units = [
    unit('a', HOME),
    unit('b', HOME),
    unit('c', HOME, 'engine'),
    unit('d', null),
    unit('e', HOME),
  ];
  const codes = ['a', 'b', 'c', 'd'];
  expect(movable(units, codes, new Map()).map(({ code, like }) => [code, like])).toEqual([
    ['a', 2],
    ['c', 1],
  ]);
  const thought = new Map<string, Point>([['a', [5, 5]]]);
  expect(movable(units, codes, thought).map(({ code, like }) => [code, like])).toEqual([
    ['a', 1],
    ['b', 1],
    ['c', 1],
  ]);
});

test('signs of a place stand in a row below it, however the map is moved', () => {
  const signs = movable(
    ['helitack', 'engine', 'boat'].map((kind) => unit(kind, HOME, kind)),
    ['helitack', 'engine', 'boat'],
    new Map(),
  );
  const by = (dx: number) =>
    [
      ...placesOf(signs, new Map(), (point) => ({ x: project(point).x + dx, y: project(point).y })).values(),
    ].map(({ x, y }) => [x - dx, y]);
  expect(by(0)).toEqual([
    [56, -156],
    [100, -156],
    [144, -156],
  ]);
  expect(by(23)).toEqual(by(0));
});

test('a unit that is thought elsewhere is drawn there, and its home is known', () => {
  const thought = new Map<string, Point>([['a', [3, 3]]]);
  const place = placesOf(movable([unit('a', HOME)], ['a'], thought), thought, project).get('a');
  expect(place).toEqual({ x: 300, y: -300, home: { x: 100, y: -200 } });
});

test('a press that hardly moves is no drag', () => {
  expect(grown({ x: 0, y: 0 }, { x: 2, y: 2 })).toBe(false);
  expect(grown({ x: 0, y: 0 }, { x: 4, y: 4 })).toBe(true);
});
