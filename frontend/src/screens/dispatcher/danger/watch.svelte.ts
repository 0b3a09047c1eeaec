/** One reading of fire danger for layer, legend and panel: they must never speak of different days. */
import { groundApi } from '../../../lib/api-ground';
import { prefs } from '../../../lib/prefs.svelte';
import { reading, type Reading } from '../../../lib/reading.svelte';
import type { Danger } from '../../../lib/engine-types';
import type { Desk } from '../desk.svelte';

/** Danger is asked for again at most this often, ms of real time. */
const REFRESH_MS = 60_000;

/** The desk's own, made when it is first needed; it asks the server while somebody looks at it. */
export function dangersOf(desk: Desk): Reading<Danger> {
  let made = desk.dangers;
  if (!made) {
    $effect.root(() => {
      made = watched(desk);
    });
    desk.dangers = made;
  }
  return made as Reading<Danger>;
}

function watched(desk: Desk): Reading<Danger> {
  const isSeen = $derived((prefs.layers.danger ?? false) || desk.danger !== null);
  const told = reading(() => {
    void desk.store.dangerAge;
    return isSeen ? groundApi(desk.api.world).danger() : null;
  });
  $effect(() => {
    if (!isSeen) return;
    const timer = setInterval(() => told.again(), REFRESH_MS);
    return () => clearInterval(timer);
  });
  return told;
}
