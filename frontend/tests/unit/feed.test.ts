/** The live feed against a server that loses, repeats, cuts, resets and forgets. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Fire, LiveEvent, Snapshot, World } from '../../src/lib/api-types';
import { LiveFeed, SIGNED_OUT, TIMING, type Socket, type Status } from '../../src/lib/feed';
import { Store } from '../../src/lib/store.svelte';
import { aFire, anEvent, aSnapshot } from './helpers';

/** The protocol's server half, with knobs for its misfortunes. */
class FakeServer {
  epoch = 'e1';
  oldest = 1;
  log: LiveEvent[] = [];
  fires = new Map<string, Fire>();
  sockets = new Set<FakeSocket>();
  snapshots = 0;
  /** Decides what happens to a frame on the wire. */
  wire: (frame: Record<string, unknown>) => 'pass' | 'drop' | 'twice' | 'cut' = () => 'pass';

  get seq(): number {
    return this.log.at(-1)?.seq ?? 0;
  }

  change(id: string, changes: Partial<Fire> = {}): void {
    const old = this.fires.get(id);
    const fire = aFire({ ...old, ...changes, id, version: (old?.version ?? 0) + 1 });
    this.fires.set(id, fire);
    this.log.push(anEvent(this.seq + 1, 'fire.changed', fire, this.epoch));
    for (const socket of this.sockets) socket.pump();
  }

  /** A number that belongs to another world: announced, never sent. */
  foreign(): void {
    this.log.push({ ...anEvent(this.seq + 1, 'fire.changed', { id: 'x' }, this.epoch), world: 2 });
    for (const socket of this.sockets) socket.pump();
  }

  restoreFromBackup(): void {
    this.epoch = `${this.epoch}+`;
    this.log = [];
    for (const socket of [...this.sockets]) socket.die(1001);
  }

  snapshot = async (): Promise<Snapshot> => {
    this.snapshots += 1;
    return aSnapshot({ epoch: this.epoch, as_of_seq: this.seq, fires: [...this.fires.values()] });
  };

  open = (): Socket => new FakeSocket(this);
}

class FakeSocket implements Socket {
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  private at = Infinity;
  private dead = false;

  constructor(private readonly server: FakeServer) {
    server.sockets.add(this);
    queueMicrotask(() =>
      this.frame({
        t: 'hello',
        epoch: server.epoch,
        seq: server.seq,
        oldest: server.oldest,
        world: aSnapshot().world,
      }),
    );
  }

  private frame(frame: Record<string, unknown>): void {
    if (this.dead) return;
    const fate = this.server.wire(frame);
    if (fate === 'drop') return;
    if (fate === 'cut') return this.die(1006);
    const data = JSON.stringify(frame);
    this.onmessage?.({ data } as MessageEvent);
    if (fate === 'twice') this.onmessage?.({ data } as MessageEvent);
  }

  pump(): void {
    for (const event of this.server.log) {
      if (event.seq <= this.at || this.dead) continue;
      this.at = event.seq;
      if (event.world === 1) this.frame({ t: 'event', ...event });
      else this.frame({ t: 'skip_to', seq: event.seq });
    }
  }

  send(text: string): void {
    const wish = JSON.parse(text) as { epoch: string; after: number };
    if (wish.epoch !== this.server.epoch) return this.frame({ t: 'resync', reason: 'epoch' });
    if (wish.after + 1 < this.server.oldest) return this.frame({ t: 'gone', reason: 'retention' });
    this.at = wish.after;
    this.frame({ t: 'skip_to', seq: wish.after });
    this.pump();
  }

  ping(): void {
    this.frame({ t: 'ping' });
  }

  close(): void {
    this.dead = true;
    this.server.sockets.delete(this);
  }

  die(code: number): void {
    this.close();
    this.onclose?.({ code } as CloseEvent);
  }
}

let server: FakeServer;
let store: Store;
let feed: LiveFeed;
let statuses: Status[];

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const versions = (fires: Iterable<Fire>) => [...fires].map((fire) => `${fire.id}@${fire.version}`).sort();

const parts = () => ({
  open: server.open,
  snapshot: server.snapshot,
  load: (snapshot: Snapshot) => store.load(snapshot),
  apply: (event: LiveEvent) => store.apply(event),
  world: (world: World) => store.setWorld(world),
  status: (status: Status) => statuses.push(status),
  random: () => 0.5,
});

function expectSame(): void {
  expect(versions(store.fires.values())).toEqual(versions(server.fires.values()));
}

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  store = new Store();
  statuses = [];
  feed = new LiveFeed(parts());
});
afterEach(() => {
  feed.stop();
  vi.useRealTimers();
});

describe('the live feed', () => {
  test('starts from a snapshot and follows events', async () => {
    server.change('a');
    feed.start();
    await settle();
    server.change('b');
    server.change('a');
    await settle();
    expectSame();
    expect(feed.seq).toBe(3);
    expect(statuses.at(-1)).toBe('online');
  });

  test('a session that was ended is told once, a line that was cut is not', async () => {
    const told = vi.fn();
    feed = new LiveFeed({ ...parts(), signedOut: told });
    feed.start();
    await settle();
    for (const socket of [...server.sockets]) socket.die(1006);
    await settle(TIMING.backoffFirst);
    expect(told).not.toHaveBeenCalled();
    for (const socket of [...server.sockets]) socket.die(SIGNED_OUT);
    await settle();
    expect(told).toHaveBeenCalledOnce();
    expect(statuses.at(-1)).toBe('offline');
  });

  test('a lost event is noticed by its number and asked for again, without a new snapshot', async () => {
    feed.start();
    await settle();
    let lost = false;
    server.wire = (frame) => {
      if (frame.t === 'event' && frame.seq === 1 && !lost) {
        lost = true;
        return 'drop';
      }
      return 'pass';
    };
    server.change('a');
    server.change('b');
    await settle();
    expectSame();
    expect(server.snapshots).toBe(1);
  });

  test('a number that never comes ends in a snapshot, not in a loop', async () => {
    feed.start();
    await settle();
    server.wire = (frame) => (frame.t === 'event' && frame.seq === 1 ? 'drop' : 'pass');
    server.change('a');
    server.change('b');
    await settle();
    expectSame();
    expect(server.snapshots).toBe(2);
  });

  test('repeated events change nothing', async () => {
    feed.start();
    await settle();
    server.wire = () => 'twice';
    const apply = vi.spyOn(store, 'apply');
    server.change('a');
    await settle();
    expect(apply).toHaveBeenCalledTimes(1);
    expectSame();
  });

  test('numbers of other worlds are skipped without a request', async () => {
    feed.start();
    await settle();
    server.foreign();
    server.change('a');
    await settle();
    expectSame();
    expect(feed.seq).toBe(2);
    expect(server.sockets.size).toBe(1);
  });

  test('after a cut it resumes where it stood', async () => {
    server.change('a');
    feed.start();
    await settle();
    for (const socket of [...server.sockets]) socket.die(1006);
    expect(statuses.at(-1)).toBe('offline');
    server.change('a');
    server.change('b');
    await settle(TIMING.backoffMost);
    expectSame();
    expect(server.snapshots).toBe(1);
  });

  test('a restored database, whose numbers begin anew, means a new snapshot', async () => {
    server.change('a');
    feed.start();
    await settle();
    server.restoreFromBackup();
    server.change('c');
    await settle(TIMING.backoffMost);
    expectSame();
    expect(server.snapshots).toBe(2);
  });

  test('away for longer than the log is kept: gone, then a new snapshot', async () => {
    server.change('a');
    feed.start();
    await settle();
    for (const socket of [...server.sockets]) socket.die(1006);
    for (let i = 0; i < 5; i++) server.change('b');
    server.oldest = 4;
    await settle(TIMING.backoffMost);
    expectSame();
    expect(server.snapshots).toBe(2);
  });

  test('a silent line is given up and opened again', async () => {
    feed.start();
    await settle();
    const [first] = server.sockets;
    await settle(TIMING.silence + TIMING.check);
    expect(statuses).toContain('offline');
    await settle(TIMING.backoffMost);
    expect(server.sockets.has(first as FakeSocket)).toBe(false);
    expect(statuses.at(-1)).toBe('online');
  });

  test('pings keep a quiet line open', async () => {
    feed.start();
    await settle();
    const [first] = server.sockets;
    for (let i = 0; i < 6; i++) {
      await settle(TIMING.silence / 3);
      first?.ping();
    }
    expect(server.sockets.has(first as FakeSocket)).toBe(true);
  });

  test('a server that is down is asked ever less often, and at once when the network returns', async () => {
    let opened = 0;
    server.open = () => {
      opened += 1;
      const socket = new FakeSocket(server);
      queueMicrotask(() => socket.die(1006));
      return socket;
    };
    feed = new LiveFeed({
      open: () => server.open(),
      snapshot: server.snapshot,
      load: (snapshot) => store.load(snapshot),
      apply: (event) => store.apply(event),
      world: () => undefined,
      status: () => undefined,
      random: () => 1,
    });
    feed.start();
    await settle(10 * 60_000);
    const slow = opened;
    expect(slow).toBeGreaterThan(5);
    // Back-off doubles from 1 s to 30 s: ten minutes hold 5 growing steps and then one try in 30 s.
    expect(slow).toBeLessThan(5 + 600 / 30 + 3);
    feed.nudge();
    expect(opened).toBe(slow + 1);
  });

  test.each(Array.from({ length: 40 }, (_, i) => i + 1))(
    'any misfortune converges (seed %i)',
    async (seed) => {
      let state = seed * 2654435761;
      const random = () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 4294967296;
      };
      let trouble = true;
      server.wire = () => {
        if (!trouble) return 'pass';
        const roll = random();
        return roll < 0.1 ? 'drop' : roll < 0.2 ? 'twice' : roll < 0.25 ? 'cut' : 'pass';
      };
      feed.start();
      for (let step = 0; step < 120; step++) {
        const roll = random();
        if (roll < 0.02) server.restoreFromBackup();
        else if (roll < 0.2) server.foreign();
        else server.change(`f${Math.floor(random() * 8)}`);
        if (roll > 0.6) await settle(Math.floor(random() * 4000));
      }
      trouble = false;
      await settle(3 * TIMING.silence);
      server.change('last');
      await settle(TIMING.backoffMost);
      expectSame();
      expect(feed.seq).toBe(server.seq);
    },
  );
});
