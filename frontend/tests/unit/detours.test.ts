/** Where a firewall stops websockets the events come another way, and straight again once they can. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Snapshot } from '../../src/lib/api-types';
import { detour, PACE } from '../../src/lib/detours';
import { LiveFeed, type Socket, type Way } from '../../src/lib/feed';
import { Store } from '../../src/lib/store.svelte';
import { aFire, anEvent, aSnapshot } from './helpers';

const EPOCH = 'e1';
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

/** A server behind a firewall: what is asked for over HTTP is answered. */
class Server {
  log = [anEvent(1, 'fire.changed', aFire({ id: 'f1', version: 1 }), EPOCH)];
  status = 200;
  asked: string[] = [];
  mine = (seq: number) => seq !== 2;

  get seq(): number {
    return this.log.length;
  }
  change(): void {
    const fire = aFire({ id: 'f1', version: this.seq + 1 });
    this.log.push(anEvent(this.seq + 1, 'fire.changed', fire, EPOCH));
  }
  fetch = async (address: string): Promise<Response> => {
    this.asked.push(address);
    const query = new URL(address, 'http://x').searchParams;
    if (this.status !== 200) return new Response('{}', { status: this.status });
    const after = query.get('after');
    const found = this.log.filter(({ seq }) => after !== null && seq > Number(after) && this.mine(seq));
    return Response.json({
      epoch: EPOCH,
      seq: this.seq,
      oldest: 1,
      more: false,
      world: aSnapshot().world,
      heartbeat: { store: 'ok', feeds: [] },
      events: found.map((event) => ({ t: 'event', ...event })),
    });
  };
  snapshot = async (): Promise<Snapshot> =>
    aSnapshot({ epoch: EPOCH, as_of_seq: this.seq, fires: [aFire({ id: 'f1', version: this.seq })] });
}

/** Streams as a browser opens them. */
class FakeEventSource extends EventTarget {
  static opened: FakeEventSource[] = [];
  onerror: (() => void) | null = null;
  closed = false;

  constructor(readonly address: string) {
    super();
    FakeEventSource.opened.push(this);
  }
  say(name: string, frame: object): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify({ t: name, ...frame }) }));
  }
  close(): void {
    this.closed = true;
  }
}

/** Websockets that a firewall lets through or not. */
class FakeWebSocket {
  static passes = false;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  sent: string[] = [];

  constructor() {
    const hello = JSON.stringify({ t: 'hello', epoch: EPOCH, oldest: 1 });
    queueMicrotask(() =>
      FakeWebSocket.passes ? this.onmessage?.({ data: hello }) : this.onclose?.({ code: 1006 }),
    );
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {}
}

let server: Server;
let store: Store;
let feed: LiveFeed;
let ways: Way[];

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  store = new Store();
  ways = [];
  FakeEventSource.opened = [];
  FakeWebSocket.passes = false;
  vi.stubGlobal('fetch', (address: string) => server.fetch(address));
  vi.stubGlobal('EventSource', FakeEventSource);
  vi.stubGlobal('WebSocket', FakeWebSocket);
  feed = new LiveFeed({
    open: () => {
      ways.push('socket');
      return new FakeWebSocket() as unknown as Socket;
    },
    detour: async (way, better) => {
      ways.push(way);
      return detour(way, 'live', 'ru', better);
    },
    snapshot: server.snapshot,
    load: (snapshot) => store.load(snapshot),
    apply: (event) => store.apply(event),
    world: (world) => store.setWorld(world),
    status: (status, why) => Object.assign(store, { status, why }),
    tell: (frame) => store.tell(frame),
    random: () => 0.5,
  });
});
afterEach(() => {
  feed.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const stream = () => FakeEventSource.opened.at(-1) as FakeEventSource;
/** Streams are stopped too. */
const block = () =>
  vi.stubGlobal(
    'EventSource',
    class extends FakeEventSource {
      constructor(address: string) {
        super(address);
        queueMicrotask(() => this.onerror?.());
      }
    },
  );

describe('detours', () => {
  test('two sockets that end unheard lead to a stream, which says so', async () => {
    feed.start();
    await settle(5_000);
    expect(ways).toEqual(['socket', 'socket', 'stream']);
    expect(stream().address).toContain('epoch=e1&after=1');
    stream().say('skip_to', { seq: 1 });
    expect([store.status, store.way]).toEqual(['online', 'stream']);
    server.change();
    stream().say('event', server.log[1] as object);
    expect(store.fires.get('f1')?.version).toBe(2);
  });

  test('a stream that ends is opened again after the last number', async () => {
    feed.start();
    await settle(5_000);
    stream().say('skip_to', { seq: 1 });
    stream().say('skip_to', { seq: 7 });
    const first = stream();
    first.onerror?.();
    await settle(30_000);
    expect(first.closed).toBe(true);
    expect(stream().address).toContain('after=7');
    expect(ways.slice(2)).toEqual(['stream', 'stream']);
  });

  test('a session that ends on a stream is told as such', async () => {
    feed.start();
    await settle(5_000);
    stream().say('skip_to', { seq: 1 });
    stream().say('end', { code: 4401 });
    expect([store.status, store.why]).toEqual(['offline', 'close 4401']);
  });

  test('polling brings every event once and explains every number', async () => {
    const polled = detour('poll', 'live', 'ru', () => {});
    const frames: Record<string, unknown>[] = [];
    polled.onmessage = ({ data }) => frames.push(JSON.parse(String(data)) as Record<string, unknown>);
    await settle();
    server.change();
    server.change();
    polled.send(JSON.stringify({ t: 'resume', epoch: EPOCH, after: 0, filter: null }));
    await settle();
    const told = frames.map(({ t, seq }) => `${String(t)} ${String(seq ?? '')}`.trim());
    expect(told).toEqual(['hello 1', 'skip_to 0', 'event 1', 'skip_to 2', 'event 3', 'ping']);
    await settle(PACE.poll);
    expect(server.asked.at(-1)).toContain('after=3');
    polled.close();
    await settle(PACE.poll * 3);
    expect(server.asked.length).toBe(3);
  });

  test('where streams do not pass either, polling is what remains', async () => {
    block();
    feed.start();
    await settle(60_000);
    expect(ways).toContain('poll');
    expect([store.status, store.way]).toEqual(['online', 'poll']);
    server.change();
    server.change();
    await settle(PACE.poll + 100);
    expect(store.fires.get('f1')?.version).toBe(3);
  });

  test('numbers that are gone lead to a fresh snapshot, a lost session to an end', async () => {
    const polled = detour('poll', 'live', 'ru', () => {});
    const frames: string[] = [];
    let code = 0;
    polled.onmessage = ({ data }) => frames.push((JSON.parse(String(data)) as { t: string }).t);
    polled.onclose = (event) => (code = event.code);
    await settle();
    server.status = 410;
    polled.send(JSON.stringify({ t: 'resume', epoch: EPOCH, after: 0 }));
    await settle();
    expect(frames).toEqual(['hello', 'skip_to', 'resync']);
    server.status = 401;
    polled.send(JSON.stringify({ t: 'resume', epoch: EPOCH, after: 1 }));
    await settle();
    expect(code).toBe(4401);
  });

  test('once websockets pass again the feed goes straight', async () => {
    feed.start();
    await settle(5_000);
    stream().say('skip_to', { seq: 1 });
    expect(ways.at(-1)).toBe('stream');
    FakeWebSocket.passes = true;
    await settle(PACE.probe);
    expect(ways.at(-1)).toBe('socket');
    expect(stream().closed).toBe(true);
  });
});

describe('the line tells', () => {
  test('how old the sources are and whether anything can be written', () => {
    store.load(aSnapshot());
    const feedOf = (name: string) => store.feeds.get(name);
    const [known] = [...store.feeds.values()];
    const name = known?.feed ?? 'X';
    if (!known) store.feeds.set(name, { feed: name } as never);
    const last_data = '2026-08-14T05:00:00Z';
    store.tell({
      t: 'ping',
      store: 'read_only',
      feeds: [{ feed: name, state: 'late', last_data, last_pass: null }],
    });
    expect(store.keeps).toBe('read_only');
    expect([feedOf(name)?.state, feedOf(name)?.last_data]).toEqual(['late', last_data]);
  });

  test('who is where, and forgets it when the line is new', () => {
    store.tell({ t: 'presence', fire: 'f1', people: [], conflicts: ['status_note'] });
    expect(store.presence.get('f1')?.conflicts).toEqual(['status_note']);
    store.tell({ t: 'hello', way: 'socket', you: { who: 'me' } });
    expect([store.presence.size, store.you]).toEqual([0, 'me']);
  });
});
