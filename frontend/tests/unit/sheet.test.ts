/** Paper: the scale that is printed is the scale that is drawn, and nothing runs off the sheet. */
import { describe, expect, test } from 'vitest';
import type { Point } from '../../src/lib/api-types';
import { leg } from '../../src/lib/geodesic';
import {
  barOf,
  footOf,
  frameOf,
  MM_PER_PX,
  netOf,
  paperOf,
  scaleAt,
  scaleFor,
  SCALES,
  wrapped,
  zoomOf,
  type Paper,
  type Turn,
} from '../../src/screens/dispatcher/sheet/layout';
import { shadeOf } from '../../src/screens/dispatcher/sheet/legend';

const ALL: [Paper, Turn][] = [
  ['a4', 'portrait'],
  ['a4', 'landscape'],
  ['a3', 'portrait'],
  ['a3', 'landscape'],
];
const YAKUTSK: Point = [129.7, 62];

describe.each(ALL)('%s %s', (paper, turn) => {
  test('frame and foot lie on the paper, one above the other', () => {
    const { width, height } = paperOf(paper, turn);
    const frame = frameOf(paper, turn);
    const foot = footOf(paper, turn);
    expect(frame.x + frame.width).toBeLessThan(width);
    expect(frame.y + frame.height).toBeLessThan(foot.y);
    expect(foot.y + foot.height).toBeLessThanOrEqual(height - 10);
  });

  test('the net lies inside the frame', () => {
    const frame = frameOf(paper, turn);
    const net = netOf(YAKUTSK, 200_000, frame);
    expect(net.meridians.length).toBeGreaterThanOrEqual(2);
    expect(net.parallels.length).toBeGreaterThanOrEqual(2);
    for (const { mm } of net.meridians) {
      expect(mm).toBeGreaterThanOrEqual(frame.x);
      expect(mm).toBeLessThanOrEqual(frame.x + frame.width);
    }
    for (const { mm } of net.parallels) {
      expect(mm).toBeGreaterThanOrEqual(frame.y);
      expect(mm).toBeLessThanOrEqual(frame.y + frame.height);
    }
  });
});

test('a zoom made for a scale has that scale, at every latitude', () => {
  for (const lat of [0, 56, 62, 76])
    for (const scale of SCALES) expect(scaleAt(zoomOf(scale, lat), lat) / scale).toBeCloseTo(1, 9);
});

test('a kilometre on the ground has its length on paper', () => {
  const frame = frameOf('a4', 'landscape');
  const { corners } = netOf(YAKUTSK, 100_000, frame);
  const [[west], [east]] = corners;
  // along the middle parallel, as the crow flies: 1 : 100 000 makes a kilometre of each centimetre
  const km = leg([west, 62], [east, 62]).km;
  expect(Math.abs(km / (frame.width / 10) - 1)).toBeLessThan(0.005);
});

test('the frame holds the view that was on the screen', () => {
  const frame = frameOf('a4', 'portrait');
  const view = { zoom: 8.3, lat: 62, width: 655, height: 722 };
  const scale = scaleFor(view, frame);
  const shrunk = 2 ** (zoomOf(scale, 62) - view.zoom) * MM_PER_PX;
  expect(view.width * shrunk).toBeLessThanOrEqual(frame.width + 0.1);
  expect(view.height * shrunk).toBeLessThanOrEqual(frame.height + 0.1);
});

test('the bar is round and fits', () => {
  for (const scale of SCALES) {
    const { metres, length } = barOf(scale, 50);
    expect(String(metres)).toMatch(/^[125]0*$/);
    expect(length).toBeLessThanOrEqual(50);
    expect(length).toBeGreaterThan(15);
  }
});

test('words are parted at spaces, and what is left out is marked', () => {
  expect(wrapped('один два три', 100, 3)).toEqual(['один два три']);
  const lines = wrapped('слово '.repeat(60), 40, 3, 2);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/…$/);
});

test('a colour has the shade that the picture gives it', () => {
  expect(shadeOf('#ffffff')).toBe('#ffffff');
  expect(shadeOf('#ff0000')).toBe('#363636');
});
