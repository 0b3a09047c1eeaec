/** How feeds are called, and which of them the bar shows. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Feed } from '../../src/lib/api-types';
import { latestOf, titleOf } from '../../src/screens/dispatcher/feeds';
import { speak } from './helpers';

const feed = (name: string, kind: string, at: string | null): Feed => ({
  feed: name,
  kind,
  title: null,
  state: 'ok',
  last_poll: at,
  last_pass: null,
  last_data: at,
  last_error: null,
  rows: 1,
  paused: null,
});

describe('feeds', () => {
  beforeAll(() => speak('ru'));

  test('are called in the officer’s language where they have no name', () => {
    expect(titleOf(feed('weather', 'weather', null))).toBe('Погода');
    expect(titleOf(feed('VIIRS_NOAA20_NRT', 'satellite', null))).toBe('VIIRS NOAA20');
  });

  test('on the bar are satellites, the latest first, and others only where there is none', () => {
    const old = feed('A', 'satellite', '2026-07-17T10:00:00Z');
    const fresh = feed('B', 'satellite', '2026-07-17T12:00:00Z');
    const silent = feed('C', 'satellite', null);
    const weather = feed('weather', 'weather', '2026-07-17T13:00:00Z');
    expect(latestOf([old, weather, silent, fresh], 2)).toEqual([fresh, old]);
    expect(latestOf([weather, silent], 2)).toEqual([weather]);
  });
});
