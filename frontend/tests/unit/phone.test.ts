/** What a phone keeps and sends: links that break at every place, clocks that stand in 2010. */
import { describe, expect, test } from 'vitest';
import { fc } from './random';
import { iso, ServerClock, type Stamp, type Time } from '../../src/phone/clock';
import {
  Outbox,
  PIECE,
  Rejected,
  type Line,
  type Op,
  type Refused,
  type Result,
} from '../../src/phone/outbox';
import { inMemory } from '../../src/phone/shelf';
import { Sos, type SosTold } from '../../src/phone/sos';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 6, 17, 9);
const Y2010 = Date.UTC(2010, 0, 1);

class SetTime implements Time {
  constructor(
    public at: number,
    public session = 'a',
    public since = 0,
  ) {}
  wall = () => this.at;
  steady = () => this.since;
  pass(ms: number): void {
    this.at += ms;
    this.since += ms;
  }
}

function learned(time: SetTime, at = NOW): ServerClock {
  const clock = new ServerClock(time);
  clock.learn(at, time.steady());
  return clock;
}

describe('clock', () => {
  test('a tablet in 2010 tells the server its own time once the server was heard', () => {
    const time = new SetTime(Y2010);
    const clock = new ServerClock(time);
    const stamp = clock.stamp();
    expect(clock.moment(stamp)).toEqual({ at: Y2010, doubtful: true });
    time.pass(60_000);
    clock.learn(NOW, time.steady());
    expect(clock.moment(stamp)).toEqual({ at: NOW - 60_000, doubtful: false });
  });

  test('half of the way there and back is taken off', () => {
    const time = new SetTime(NOW);
    const clock = new ServerClock(time);
    const asked = time.steady();
    time.pass(10_000);
    clock.learn(NOW, asked);
    expect(clock.now()).toBe(NOW + 5_000);
  });

  test('a clock that is set while the page is open moves nothing', () => {
    const time = new SetTime(NOW);
    const clock = learned(time);
    const stamp = clock.stamp();
    time.pass(60_000);
    time.at = Y2010;
    expect(clock.moment(stamp)).toEqual({ at: NOW, doubtful: false });
    expect(clock.now()).toBe(NOW + 60_000);
  });

  test('after a flat battery put the clock back, what was known then counts, and is doubtful', () => {
    const before = learned(new SetTime(NOW));
    const stamp = before.stamp();
    const after = learned(new SetTime(Y2010, 'b'), NOW + 3 * DAY);
    expect(after.moment(stamp)).toEqual({ at: NOW, doubtful: true });
  });

  test('a clock that was always wrong by the same is corrected, and nobody had known it: doubtful', () => {
    const kept: Stamp = new ServerClock(new SetTime(Y2010)).stamp();
    const after = learned(new SetTime(Y2010 + DAY, 'b'), NOW);
    expect(after.moment(kept)).toEqual({ at: NOW - DAY, doubtful: true });
  });

  test('what an earlier page had learned is remembered', () => {
    const ahead = learned(new SetTime(Y2010)).ahead;
    expect(new ServerClock(new SetTime(Y2010 + DAY, 'b'), ahead).now()).toBe(NOW + DAY);
  });
});

/** A server that keeps what it was sent by key, behind a link that the test breaks. */
class Server {
  done: { key: string; body: unknown }[] = [];
  answers = new Map<string, { body: string; result: Result }>();
  files = new Map<string, { size: number; bytes: number[]; used: boolean }>();
  requests = 0;
  /** Whether the n-th request, and whether its reply, is lost. */
  constructor(
    readonly lost: (n: number) => 'asked' | 'reply' | null = () => null,
    readonly refuse: (op: Op) => Refused | null = () => null,
  ) {}

  private async through<T>(act: () => T): Promise<T> {
    const fate = this.lost(this.requests++);
    await Promise.resolve();
    if (fate === 'asked') throw new TypeError('no link');
    const answer = act();
    if (fate === 'reply') throw new TypeError('no answer');
    return answer;
  }

  line(clock: ServerClock): Line {
    return {
      hello: async () => {
        if (!clock.sure) await this.through(() => clock.learn(NOW, 0));
      },
      send: (ops) => this.through(() => ops.map((op) => this.one(op))),
      announce: (size) =>
        this.through(() => {
          const id = `file-${this.files.size}`;
          this.files.set(id, { size, bytes: [], used: false });
          return id;
        }),
      offset: (id) => this.through(() => this.files.get(id)?.bytes.length ?? null),
      piece: async (id, offset, blob) => {
        const bytes = [...new Uint8Array(await blob.arrayBuffer())];
        return this.through(() => {
          const file = this.files.get(id);
          if (!file || file.bytes.length !== offset) throw new Rejected(409, null);
          file.bytes.push(...bytes);
          return file.bytes.length;
        });
      },
    };
  }

  private one(op: Op): Result {
    const body = JSON.stringify(op.fixed);
    const known = this.answers.get(op.key);
    if (known) {
      if (known.body !== body) throw new Error(`${op.key} was sent as something else`);
      return known.result;
    }
    const problem = this.refuse(op);
    const result: Result = problem
      ? { status: 422, answer: null, problem }
      : { status: 200, answer: { n: this.done.length }, problem: null };
    if (!problem) this.done.push({ key: op.key, body: op.fixed });
    this.answers.set(op.key, { body, result });
    return result;
  }
}

/** A page's line: it is silent for ever once the page is dead. */
function mortal(line: Line, page: { dead: boolean }): Line {
  const guarded = Object.entries(line).map(([name, act]) => [
    name,
    (...told: unknown[]) =>
      page.dead ? new Promise(() => undefined) : (act as (...all: unknown[]) => unknown)(...told),
  ]);
  return Object.fromEntries(guarded) as Line;
}

async function until(box: Outbox, done: () => boolean, most = 400): Promise<void> {
  for (let i = 0; i < most && !done(); i += 1) await box.flush(true);
}
const blobOf = (size: number) =>
  new Blob([Uint8Array.from({ length: size }, (_, i) => (i * 31) % 251)], { type: 'image/jpeg' });

describe('outbox', () => {
  test('whatever is lost on the way, each thing arrives once, in order', async () => {
    await fc(60, async (random) => {
      const lost = () => (['asked', 'reply', null] as const)[Math.floor(random() * 3)] ?? null;
      const server = new Server(lost);
      const clock = new ServerClock(new SetTime(NOW));
      const shelf = inMemory();
      let page = { dead: false };
      const opened = () => {
        page.dead = true; // the page before was closed, or its battery died
        page = { dead: false };
        return new Outbox(shelf, mortal(server.line(clock), page), clock);
      };
      let box = opened();
      const keys = Array.from({ length: 25 }, (_, i) => `thing-${i}`);
      for (const [i, key] of keys.entries()) {
        await box.keep('say', { n: i }, key);
        if (random() < 0.2) {
          box = opened();
          await box.load();
        }
      }
      await until(box, () => !box.waiting.length);
      expect(server.done.map(({ key }) => key)).toEqual(keys);
    });
  });

  test('nothing counts as kept before the shelf has it', async () => {
    const shelf = inMemory();
    shelf.add = () => Promise.reject(new Error('QuotaExceededError'));
    const clock = learned(new SetTime(NOW));
    const box = new Outbox(shelf, new Server().line(clock), clock);
    await expect(box.keep('say', {}, 'key-0001')).rejects.toThrow('Quota');
    expect(box.ops).toEqual([]);
  });

  test('a request is fixed before its first try: a later, better clock does not change it', async () => {
    const time = new SetTime(NOW);
    const clock = learned(time);
    const server = new Server((n) => (n === 0 ? 'reply' : null));
    const box = new Outbox(inMemory(), server.line(clock), clock);
    await box.keep('check_in', {}, 'key-0001');
    await box.flush(true);
    clock.learn(NOW + 90_000, time.steady());
    await until(box, () => !box.waiting.length);
    expect(server.done).toHaveLength(1); // the server throws where a key comes with another body
    expect(box.ops[0]?.state).toBe('sent');
  });

  test('what is refused says why, stops nothing behind it, and is sent anew as of now', async () => {
    const why: Refused = { code: 'forces.before_last_step', params: {}, errors: [] };
    let strict = true;
    const server = new Server(undefined, (op) => (strict && op.body.n === 0 ? why : null));
    const time = new SetTime(NOW);
    const clock = learned(time);
    const box = new Outbox(inMemory(), server.line(clock), clock);
    await box.keep('unit_step', { n: 0 }, 'key-0000');
    await box.keep('unit_step', { n: 1 }, 'key-0001');
    await until(box, () => !box.waiting.length);
    expect(box.ops.map(({ state }) => state)).toEqual(['refused', 'sent']);
    expect(box.ops[0]?.problem).toEqual(why);
    strict = false;
    time.pass(60_000);
    const [refused] = box.ops;
    if (refused) await box.repair(refused, 'key-0002');
    await until(box, () => !box.waiting.length);
    expect(server.done.at(-1)).toMatchObject({ key: 'key-0002', body: { at: iso(NOW + 60_000) } });
  });

  test('a photo goes on where it was cut, and the bytes are the same', async () => {
    await fc(25, async (random) => {
      const lost = () => (['asked', 'reply', null] as const)[Math.floor(random() * 3)] ?? null;
      const server = new Server(lost);
      const clock = new ServerClock(new SetTime(NOW));
      const shelf = inMemory();
      let page = { dead: false };
      const opened = () => {
        page.dead = true;
        page = { dead: false };
        return new Outbox(shelf, mortal(server.line(clock), page), clock);
      };
      let box = opened();
      const size = 1 + Math.floor(random() * 5 * PIECE);
      await box.keep('report', { seen: 'smoke' }, 'key-photo', blobOf(size));
      await box.keep('check_in', {}, 'key-small');
      for (let i = 0; i < 5; i += 1) {
        await box.flush(true);
        box = opened();
        await box.load();
      }
      await until(box, () => !box.waiting.length);
      expect(server.done.map(({ key }) => key).sort()).toEqual(['key-photo', 'key-small']);
      const upload = (server.done.find(({ key }) => key === 'key-photo')?.body as { upload: string }).upload;
      const whole = [...new Uint8Array(await blobOf(size).arrayBuffer())];
      expect(server.files.get(upload)?.bytes).toEqual(whole);
    });
  });

  test('small things go before a photo that was kept first', async () => {
    const server = new Server();
    const clock = learned(new SetTime(NOW));
    const order: string[] = [];
    const line = server.line(clock);
    const box = new Outbox(
      inMemory(),
      {
        ...line,
        send: (ops) => (order.push(...ops.map(({ kind }) => kind)), line.send(ops)),
        piece: (id, offset, blob) => (order.push('piece'), line.piece(id, offset, blob)),
      },
      clock,
    );
    const first = box.keep('report', {}, 'key-0000', blobOf(2 * PIECE));
    const second = box.keep('check_in', {}, 'key-0001');
    await Promise.all([first, second]);
    await until(box, () => !box.waiting.length);
    expect(order).toEqual(['check_in', 'piece', 'piece', 'report']);
  });

  test('bytes that the phone has lost do not hold the report up', async () => {
    const server = new Server((n) => (n < 3 ? 'asked' : null));
    const clock = learned(new SetTime(NOW));
    const shelf = inMemory();
    const box = new Outbox(shelf, server.line(clock), clock);
    await box.keep('report', { seen: 'flame' }, 'key-0000', blobOf(10));
    await shelf.dropBlob('key-0000');
    await until(box, () => !box.waiting.length);
    expect(server.done).toHaveLength(1);
  });

  test('where the server asks to wait, nothing is tried before, unless somebody presses', async () => {
    const wait: Refused = { code: 'report.too_many_phone', params: { seconds: 900 }, errors: [] };
    let tries = 0;
    const clock = learned(new SetTime(NOW));
    const line: Line = {
      ...new Server().line(clock),
      send: (ops) => (
        (tries += 1),
        Promise.resolve(ops.map(() => ({ status: 429, answer: null, problem: wait })))
      ),
    };
    let wall = NOW;
    const box = new Outbox(inMemory(), line, clock, undefined, () => wall);
    await box.keep('report', {}, 'key-0000');
    await box.flush();
    const before = tries;
    wall += 899_000;
    await box.flush();
    expect(tries).toBe(before);
    wall += 2_000;
    await box.flush();
    expect(tries).toBe(before + 1);
    expect(box.ops[0]).toMatchObject({ state: 'waiting', problem: wait });
  });
});

describe('SOS', () => {
  const told = (changes: Partial<SosTold> = {}): SosTold => ({
    id: 'x',
    unit: 'crew-1',
    state: 'open',
    raised_at: iso(NOW),
    seen: false,
    by: '',
    seen_at: null,
    note: '',
    heard_by: [],
    repeat_s: 15,
    ...changes,
  });
  const nothing = () => undefined;

  test('it is called until somebody has seen it, whatever is lost, with one id and the moment of the call', async () => {
    const calls: Record<string, unknown>[] = [];
    const time = new SetTime(NOW);
    const line = {
      call: (body: Record<string, unknown>) => {
        calls.push(body);
        if (calls.length < 4) return Promise.reject(new TypeError('no link'));
        return Promise.resolve(told({ seen: calls.length > 5 }));
      },
      end: () => Promise.resolve(told()),
    };
    const sos = new Sos(inMemory(), line, learned(time), () => null, nothing);
    await sos.call('crew-1', 'id-1', 'end-1');
    expect(sos.state).toBe('no_link');
    for (let i = 0; i < 9 && sos.state !== 'seen'; i += 1) {
      time.pass(5_000);
      await sos.turn();
    }
    expect(sos.state).toBe('seen');
    expect(new Set(calls.map(({ id, at }) => `${String(id)} ${String(at)}`))).toEqual(
      new Set([`id-1 ${iso(NOW)}`]),
    );
    expect(calls).toHaveLength(6);
  });

  test('a page that was closed goes on calling', async () => {
    const cupboard = inMemory();
    const dead = {
      call: () => Promise.reject(new TypeError('no link')),
      end: () => Promise.reject(new Error()),
    };
    const before = new Sos(cupboard, dead, learned(new SetTime(NOW)), () => null, nothing);
    await before.call('crew-1', 'id-1', 'end-1');
    const calls: unknown[] = [];
    const alive = {
      ...dead,
      call: (body: Record<string, unknown>) => (calls.push(body.id), Promise.resolve(told({ seen: true }))),
    };
    const after = new Sos(
      cupboard,
      alive,
      learned(new SetTime(NOW + DAY, 'b'), NOW + DAY),
      () => null,
      nothing,
    );
    await after.load();
    await after.turn();
    expect(calls[0]).toBe('id-1');
  });

  test('a disk that refuses does not keep a call from going out', async () => {
    const cupboard = { ...inMemory(), set: () => Promise.reject(new Error('full')) };
    let called = 0;
    const line = { call: () => ((called += 1), Promise.resolve(told())), end: () => Promise.resolve(told()) };
    await new Sos(cupboard, line, learned(new SetTime(NOW)), () => null, nothing).call('c', 'i', 'e');
    expect(called).toBe(1);
  });
});
