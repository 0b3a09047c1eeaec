import { describe, expect, test } from 'vitest';
import type { World } from '../../src/lib/api-types';
import { Store } from '../../src/lib/store.svelte';
import { aFire, anEvent, aReport, aSnapshot } from './helpers';

describe('the store', () => {
  test('keeps the newest version whatever comes late', () => {
    const store = new Store();
    store.load(aSnapshot({ fires: [aFire({ version: 3, area_ha: 30 })] }));
    store.apply(anEvent(1, 'fire.changed', aFire({ version: 2, area_ha: 20 })));
    expect(store.fires.get(aFire().id)?.area_ha).toBe(30);
    store.apply(anEvent(2, 'fire.changed', aFire({ version: 4, area_ha: 40 })));
    expect(store.fires.get(aFire().id)?.area_ha).toBe(40);
  });

  test('a new snapshot forgets what is no longer there', () => {
    const store = new Store();
    store.load(aSnapshot({ fires: [aFire({ id: 'a' }), aFire({ id: 'b' })] }));
    store.load(aSnapshot({ fires: [aFire({ id: 'b' })] }));
    expect([...store.fires.keys()]).toEqual(['b']);
  });

  test('an old id leads to the fire that it became, through any chain', () => {
    const store = new Store();
    store.load(aSnapshot({ fires: [aFire({ id: 'a' }), aFire({ id: 'b' }), aFire({ id: 'c' })] }));
    store.apply(anEvent(1, 'fire.changed', aFire({ id: 'b', version: 2, ids_merged: ['a'] })));
    store.apply(
      anEvent(2, 'fire.merged', aFire({ id: 'b', version: 3, status: 'merged', merged_into: 'c' })),
    );
    expect(store.fires.get('a')?.status).toBe('merged');
    expect(store.resolve('a')?.id).toBe('c');
    expect(store.resolve('nobody')).toBeNull();
  });

  test('our own "shown" does not make the next key press stale', () => {
    const store = new Store();
    store.load(aSnapshot({ fires: [aFire()] }));
    store.noteShown(aFire().id, 2);
    expect(store.fires.get(aFire().id)).toMatchObject({ version: 2 });
    expect(store.fires.get(aFire().id)?.shown_at).not.toBeNull();
  });

  test('if somebody else changed it meanwhile, the event has the word', () => {
    const store = new Store();
    store.load(aSnapshot({ fires: [aFire()] }));
    store.noteShown(aFire().id, 5);
    expect(store.fires.get(aFire().id)?.version).toBe(1);
  });

  test('the clock is the world’s, at its own speed', async () => {
    const store = new Store();
    const world: World = { id: 2, name: 'day', kind: 'replay', now: '2017-08-14T05:00:00Z', rate: 3600 };
    store.setWorld(world);
    const first = store.now;
    expect(Math.abs(first - Date.parse(world.now))).toBeLessThan(60_000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    store.tick();
    expect(store.now - first).toBeGreaterThan(20 * 3600);
  });

  test('kinds it does not know change nothing', () => {
    const store = new Store();
    store.load(aSnapshot({ reports: [aReport()] }));
    store.apply(anEvent(1, 'weather.changed', { id: 'w' }));
    expect(store.reports.size).toBe(1);
  });

  test('a batch makes tiles and histogram out of date once', () => {
    const store = new Store();
    const before = store.detectionsAge;
    store.apply(anEvent(1, 'batch.taken', { id: 'b' }));
    expect(store.detectionsAge).toBe(before + 1);
  });
});
