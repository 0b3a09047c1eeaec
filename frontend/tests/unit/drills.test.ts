/** When real life has to be heard in a drill, and how the page's title is kept. */
import { afterEach, expect, test } from 'vitest';
import type { Real } from '../../src/lib/api-drills';
import { pressing, RealWatch, REPEAT_S } from '../../src/screens/drills/real';
import { entitle } from '../../src/screens/drills/title';

const calm: Real = {
  at: '2026-07-17T06:00:00Z',
  signals: 0,
  unseen: 0,
  reports: 0,
  alarms: 0,
  distress: 0,
  newest: null,
};

test('a signal that a dispatcher has on the screen does not call anybody out', () => {
  expect(pressing({ ...calm, signals: 3 })).toBe(0);
  expect(pressing({ ...calm, signals: 3, unseen: 1, alarms: 1, distress: 1, reports: 1 })).toBe(4);
});

test('it rings at once, again after a while, and sooner only for more', () => {
  const watch = new RealWatch();
  const one = { ...calm, unseen: 1, signals: 1 };
  expect(watch.heard(calm, 0)).toBe(false);
  expect(watch.heard(one, 1000)).toBe(true);
  expect(watch.heard(one, 2000)).toBe(false);
  expect(watch.heard({ ...one, distress: 1 }, 3000)).toBe(true);
  expect(watch.heard(one, 4000)).toBe(false);
  expect(watch.heard(one, 3000 + REPEAT_S * 1000)).toBe(true);
  expect(watch.heard(calm, 90_000)).toBe(false);
  expect(watch.heard(one, 90_500)).toBe(true);
});

afterEach(() => (document.title = ''));

test('whatever changes the title, the mark stands before it until the drill is left', async () => {
  document.title = 'Sylvan';
  const end = entitle('учение');
  expect(document.title).toBe('УЧЕНИЕ · Sylvan');
  document.title = '(3) Sylvan';
  await new Promise((resolve) => setTimeout(resolve));
  expect(document.title).toBe('УЧЕНИЕ · (3) Sylvan');
  end();
  expect(document.title).toBe('(3) Sylvan');
});
