/** Two windows of one desk: each follows the other, nothing echoes, and one goes on alone. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { flushSync } from 'svelte';
import { apart, begin } from '../../src/screens/dispatcher/apart/apart.svelte';
import { apply, stateOf } from '../../src/screens/dispatcher/apart/shared';
import type { Desk } from '../../src/screens/dispatcher/desk.svelte';
import { aDesk } from './desk';
import { aFire, speak } from './helpers';

/** The browser's channel, at once: what one posts all others hear. */
const open = new Set<Channel>();
class Channel {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  constructor(readonly name: string) {
    open.add(this);
  }
  postMessage(data: unknown): void {
    posted += 1;
    for (const other of open)
      if (other !== this && other.name === this.name) other.onmessage?.({ data: structuredClone(data) });
  }
  close(): void {
    open.delete(this);
  }
}
let posted = 0;
let lists: Desk;
let map: Desk;
const fire = aFire();

function aWindow(): Desk {
  const { desk } = aDesk({ fires: [fire] });
  Object.assign(desk.api, { world: 'live' });
  return desk;
}

beforeEach(() => {
  speak('ru');
  vi.stubGlobal('BroadcastChannel', Channel);
  history.replaceState(null, '', '/?view=lists');
  posted = 0;
  lists = aWindow();
  map = aWindow();
  begin(lists, 'lists', null);
  begin(map, 'map', null);
  flushSync();
});
afterEach(() => {
  for (const desk of [lists, map]) desk.apart?.together();
  open.clear();
  vi.unstubAllGlobals();
});

test('a choice in one is the choice of the other, and is sent once', () => {
  const before = posted;
  lists.select(fire.id);
  flushSync();
  expect(map.selected).toBe(fire.id);
  expect(posted).toBe(before + 1);
  map.select(null);
  flushSync();
  expect(lists.selected).toBeNull();
});

test('where the lists look the map goes', () => {
  lists.target = { point: [129, 62], at: 1 };
  flushSync();
  expect(map.target).toEqual({ point: [129, 62], at: 1 });
});

test('what a key opens is opened where it can be seen', () => {
  const reject = vi.fn();
  lists.keys = { reject };
  expect(map.apart?.passesOn('reject')).toBe(true);
  expect(reject).toHaveBeenCalledOnce();
  expect(map.apart?.passesOn('next')).toBe(false);
});

test('a state that is equal already leaves a half-filled form alone', () => {
  lists.select(fire.id);
  lists.openForm('reject');
  apply(lists, stateOf(lists));
  expect(lists.form).toBe('reject');
});

test('when one window goes the other is whole again, and follows no more', () => {
  map.apart?.together();
  expect([lists.view, lists.apart]).toEqual(['whole', null]);
  expect([map.view, map.apart]).toEqual(['whole', null]);
  lists.select(fire.id);
  flushSync();
  expect(map.selected).toBeNull();
});

test('a window that may not be opened is told, and nothing is parted', () => {
  lists.apart?.together();
  vi.stubGlobal('open', () => null);
  apart(lists);
  expect(lists.view).toBe('whole');
  expect(lists.notice).toContain('разрешите всплывающие окна');
});
