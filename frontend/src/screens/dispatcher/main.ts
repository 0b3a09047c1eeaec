/** Starts the dispatcher's screen: settings of the region, the world, the live feed, the desk. */
import '../../styles/base.css';
import panelWords from 'virtual:desk';
import { mount } from 'svelte';
import { api, liveUrl, signIn, worldApi } from '../../lib/api';
import type { Config, Snapshot, World } from '../../lib/api-types';
import { LiveFeed } from '../../lib/feed';
import { alsoRead, lang } from '../../lib/i18n.svelte';
import { learn } from '../../lib/may.svelte';
import { chooseLang, prefs } from '../../lib/prefs.svelte';
import { Store } from '../../lib/store.svelte';
import { setZones } from '../../lib/time';
import Dispatcher from './Dispatcher.svelte';
import Waiting from './Waiting.svelte';
import { Desk } from './desk.svelte';

const RETRY_MS = 3000;

const target = document.getElementById('app');
if (!target) throw new Error('the page has no #app');

/**
 * What the screen begins with, asked side by side and before any texts: each waits for the line. The server
 * may still be starting: say so and try again instead of showing an empty page.
 */
async function beginning(): Promise<[Config, World[]]> {
  let waiting: object | null = null;
  for (;;) {
    try {
      const [config, worlds] = await Promise.all([api.config(), api.worlds().catch(() => []), learn()]);
      if (waiting) target?.replaceChildren();
      return [config, worlds];
    } catch {
      waiting ??= mount(Waiting, { target: target as HTMLElement });
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function chooseWorld(config: Config): string {
  const asked = new URLSearchParams(location.search).get('world');
  return asked ?? config.default_world;
}

function connect(store: Store, world: string): LiveFeed {
  // asked for while the line is being opened; what has happened since then, the line tells
  let early: Promise<Snapshot> | null = api.snapshot(world);
  early.catch(() => undefined);
  const snapshot = () => {
    const first = early;
    early = null;
    return first ?? api.snapshot(world);
  };
  const feed = new LiveFeed({
    open: () => new WebSocket(liveUrl(world, lang())),
    detour: async (way, better) => (await import('../../lib/detours')).detour(way, world, lang(), better),
    snapshot,
    load: (snapshot) => store.load(snapshot),
    apply: (event) => store.apply(event),
    world: (now) => store.setWorld(now),
    tell: (frame) => store.tell(frame),
    signedOut: () => void signIn.again?.(),
    status: (status, why) => {
      store.status = status;
      store.why = why;
    },
  });
  store.say = (where) => feed.say(where);
  feed.start();
  addEventListener('online', () => feed.nudge());
  addEventListener('offline', () => feed.offline());
  document.addEventListener('visibilitychange', () => document.hidden || feed.nudge());
  return feed;
}

async function start(): Promise<void> {
  alsoRead(panelWords);
  const asked = beginning();
  await chooseLang(prefs.lang);
  const [config, worlds] = await asked;
  setZones(config.region.time_zones);
  const world = chooseWorld(config);
  const store = new Store();
  const desk = new Desk(store, config, worldApi(world));
  desk.worlds = worlds;
  connect(store, world);
  setInterval(() => store.tick(), 1000);
  mount(Dispatcher, { target: target as HTMLElement, props: { desk } });
}

void start();
