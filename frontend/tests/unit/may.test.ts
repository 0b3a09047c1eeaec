/** Rights as screens read them: patterns in, patterns kept out again. */
import { afterEach, expect, test } from 'vitest';
import { ifMay, may, mayNow } from '../../src/lib/may.svelte';

afterEach(() => mayNow({ operations: ['*'], but: [] }));

test('until it is told everything may be tried', () => {
  expect(may('fires_shown')).toBe(true);
});

test('what no pattern takes in is closed, and what is kept out again as well', () => {
  mayNow({ operations: ['picture_*', 'fires_one'], but: ['picture_accept'] });
  expect(may('picture_snapshot')).toBe(true);
  expect(may('fires_one')).toBe(true);
  expect(may('picture_accept')).toBe(false);
  expect(may('fires_register')).toBe(false);
  expect(may('fires_register', 'fires_one')).toBe(true);
});

test('what is closed is not asked', () => {
  mayNow({ operations: [], but: [] });
  let asked = 0;
  expect(ifMay('fires_log', () => Promise.resolve((asked += 1)))).toBe(null);
  expect(asked).toBe(0);
});
