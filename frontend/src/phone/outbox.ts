/**
 * What a phone keeps until the server has it: nothing lost, nothing twice, small things first.
 *
 * A thing is on the shelf (written through to the disk) before anybody is told that it is kept. What is sent is
 * fixed before its first try, so that a repeated try is the same request under the same key.
 */
import { iso, type ServerClock, type Stamp } from './clock';

export type Kind = 'check_in' | 'unit_step' | 'order_step' | 'say' | 'edge' | 'report' | 'track';
export interface Said {
  code: string;
  params: Record<string, unknown>;
}
export interface Refused extends Said {
  errors: (Said & { field: string })[];
}

export interface Photo {
  /** Name of its bytes on the shelf. */
  blob: string;
  size: number;
  /** Where the server has it, and how far. */
  upload: string | null;
  offset: number;
}

/** One thing that somebody did. */
export interface Op {
  id: number;
  key: string;
  kind: Kind;
  body: Record<string, unknown>;
  stamp: Stamp;
  state: 'waiting' | 'sent' | 'refused';
  /** The request as it went out first. */
  fixed: Record<string, unknown> | null;
  photo: Photo | null;
  tries: number;
  /** Not before then, by the phone's clock, ms. */
  after: number;
  problem: Refused | null;
  answer: Record<string, unknown> | null;
  sentAt: number | null;
}
export type NewOp = Omit<Op, 'id'>;

/** Where things lie; every promise is kept only when the disk has it. */
export interface Shelf {
  add(op: NewOp): Promise<Op>;
  put(op: Op): Promise<void>;
  all(): Promise<Op[]>;
  drop(id: number): Promise<void>;
  keepBlob(name: string, blob: Blob): Promise<void>;
  blob(name: string): Promise<Blob | null>;
  dropBlob(name: string): Promise<void>;
}

export interface Result {
  status: number;
  answer: Record<string, unknown> | null;
  problem: Refused | null;
}

/** The way to the server; it throws where there is none. */
export interface Line {
  /** Sends things in order; one result each. */
  send(ops: Op[]): Promise<Result[]>;
  /** Announces a file; its id. */
  announce(size: number): Promise<string>;
  /** How far a file is; null where the server does not know it. */
  offset(upload: string): Promise<number | null>;
  /** Sends a piece; how far the file is then. */
  piece(upload: string, offset: number, bytes: Blob): Promise<number>;
  /** Asks the server for the time, if nobody has. */
  hello(): Promise<void>;
}

/** The server answered, and refused the request itself. */
export class Rejected extends Error {
  constructor(
    readonly status: number,
    readonly problem: Refused | null,
  ) {
    super(problem?.code ?? String(status));
  }
}

/** Bytes of one piece: a few seconds on a bad link. */
export const PIECE = 32_768;
export const MOST_ITEMS = 20;
const LONGEST_WAIT_S = 60;
/** The server asks nobody to wait longer, ms. */
const MOST_WAIT_MS = 2 * 3_600_000;
/** Things that went stay visible for so many. */
export const SHOWN = 30;
const RETRY_STATUS = (status: number) =>
  status === 0 || status === 401 || status === 408 || status === 425 || status === 429 || status >= 500;

export const waitS = (tries: number): number => Math.min(2 ** Math.min(tries, 10), LONGEST_WAIT_S);

/** The body of a thing with its moment, as it is sent. */
export function fixedBody(op: Op, clock: ServerClock): Record<string, unknown> {
  const { at, doubtful } = clock.moment(op.stamp);
  const told = iso(at);
  const phone = { device_at: iso(op.stamp.wall), doubtful };
  if (op.kind === 'track') return op.body;
  if (op.kind !== 'report') return { ...op.body, at: told, ...phone };
  const ahead_s = op.stamp.ahead === null ? null : Math.round(op.stamp.ahead / 1000);
  return { ...op.body, observed_at: op.body.observed_at ?? told, clock: { ...phone, ahead_s } };
}

/** Without what a screen's state wraps around things: a disk takes plain ones only. */
const plain = (body: Record<string, unknown>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(body)) as Record<string, unknown>;

export class Outbox {
  ops: Op[] = [];
  private running: Promise<void> | null = null;
  private again = false;
  /** Somebody presses: what was put off goes now. */
  private hurried = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  /** Whether the last try reached the server; null: nobody has tried. */
  reached: boolean | null = null;
  /** Whether the server asks to sign in. */
  signedOut = false;

  constructor(
    private readonly shelf: Shelf,
    private readonly line: Line,
    private readonly clock: ServerClock,
    private readonly changed: () => void = () => undefined,
    private readonly wall: () => number = () => Date.now(),
    private readonly alone: (act: () => Promise<void>) => Promise<void> = (act) => act(),
  ) {}

  /** Reads what an earlier page kept. */
  async load(): Promise<void> {
    this.ops = await this.shelf.all();
    this.changed();
  }

  /** Keeps a thing; it resolves when the disk has it. */
  async keep(kind: Kind, body: Record<string, unknown>, key: string, photo?: Blob): Promise<Op> {
    let held: Photo | null = null;
    if (photo) {
      held = { blob: key, size: photo.size, upload: null, offset: 0 };
      await this.shelf.keepBlob(key, photo);
    }
    const op = await this.shelf.add({
      key,
      kind,
      body: plain(body),
      stamp: this.clock.stamp(),
      state: 'waiting',
      fixed: null,
      photo: held,
      tries: 0,
      after: 0,
      problem: null,
      answer: null,
      sentAt: null,
    });
    if (!this.ops.some(({ id }) => id === op.id)) this.ops = [...this.ops, op];
    this.changed();
    void this.flush();
    return op;
  }

  get waiting(): Op[] {
    return this.ops.filter(({ state }) => state === 'waiting');
  }

  /** Sends what waits. Tries overlap never: a second call makes the first one look again. */
  flush(now = false): Promise<void> {
    this.hurried ||= now;
    this.again = true;
    this.running ??= this.rounds().finally(() => {
      this.running = null;
      this.plan();
      this.changed();
    });
    return this.running;
  }

  /** Of several open pages one sends at a time, and begins with what the disk says. */
  private async rounds(): Promise<void> {
    clearTimeout(this.retry);
    await this.alone(async () => {
      this.ops = await this.shelf.all();
      while (this.again) {
        this.again = false;
        if (this.hurried)
          this.ops = this.ops.map((op) => (op.state === 'waiting' ? { ...op, after: 0 } : op));
        this.hurried = false;
        await this.round();
      }
    });
  }

  /** Sends again, as of now, what was refused. */
  async repair(op: Op, key: string): Promise<void> {
    await this.put({
      ...op,
      key,
      stamp: this.clock.stamp(),
      state: 'waiting',
      fixed: null,
      problem: null,
      after: 0,
    });
    void this.flush();
  }

  async drop(op: Op): Promise<void> {
    await this.shelf.drop(op.id);
    if (op.photo) await this.shelf.dropBlob(op.photo.blob);
    this.ops = this.ops.filter(({ id }) => id !== op.id);
    this.changed();
  }

  private isDue({ after }: Op): boolean {
    const now = this.wall();
    // A clock that was set back must not hold anything up for years.
    return after <= now || after - now > MOST_WAIT_MS;
  }

  /**
   * What may go now, in its order: nothing overtakes what waits for a link. Only what the server itself has put
   * off by name, and photos, are gone round.
   */
  private due(): Op[] {
    const found: Op[] = [];
    for (const op of this.waiting) {
      const goneRound = op.problem !== null || (op.photo !== null && op.photo.offset < op.photo.size);
      if (this.isDue(op)) found.push(op);
      else if (!goneRound) break;
    }
    return found;
  }

  private async round(): Promise<void> {
    const due = this.due();
    if (!due.length) return;
    try {
      await this.line.hello();
      await this.sendAll(due.filter(({ photo }) => !photo || photo.offset >= photo.size));
      for (const op of this.due().filter(({ photo }) => photo && photo.offset < photo.size)) {
        await this.carry(op);
      }
      await this.tidy();
    } catch (error) {
      this.noLine(error);
      await this.defer(this.due());
    }
  }

  /** In their order, in batches. */
  private async sendAll(ops: Op[]): Promise<void> {
    for (let i = 0; i < ops.length; i += MOST_ITEMS) {
      const batch = await Promise.all(ops.slice(i, i + MOST_ITEMS).map((op) => this.fix(op)));
      const results = await this.line.send(batch);
      this.reached = true;
      this.signedOut = false;
      for (const [n, op] of batch.entries()) await this.settle(op, results[n]);
    }
  }

  private async fix(op: Op): Promise<Op> {
    if (op.fixed) return op;
    const body = fixedBody(op, this.clock);
    return this.put({ ...op, fixed: op.photo ? { ...body, upload: op.photo.upload } : body });
  }

  private async settle(op: Op, result: Result | undefined): Promise<void> {
    if (!result || RETRY_STATUS(result.status)) {
      if (result?.status === 401) this.signedOut = true;
      const seconds = Number(result?.problem?.params.seconds);
      await this.defer([op], Number.isFinite(seconds) ? seconds : undefined, result?.problem);
      return;
    }
    const fine = result.status < 300;
    await this.put({
      ...op,
      state: fine ? 'sent' : 'refused',
      answer: result.answer,
      problem: result.problem,
      sentAt: this.clock.now(),
    });
    if (fine && op.photo) await this.shelf.dropBlob(op.photo.blob);
  }

  /** A photo piece by piece, then the report that it belongs to. */
  private async carry(op: Op): Promise<void> {
    let held = op;
    const photo = held.photo;
    const blob = photo && (await this.shelf.blob(photo.blob));
    if (!photo) return;
    if (!blob) {
      // The phone has lost the bytes: better the report without them than neither.
      await this.sendAll([await this.put({ ...held, photo: null })]);
      return;
    }
    try {
      held = await this.begin(held, photo);
      while (held.photo && held.photo.offset < held.photo.size) held = await this.onward(held, blob);
    } catch (error) {
      if (!(error instanceof Rejected) || RETRY_STATUS(error.status)) throw error;
      await this.put({ ...held, state: 'refused', problem: error.problem });
      return;
    }
    await this.sendAll([held]);
  }

  private async begin(op: Op, photo: Photo): Promise<Op> {
    const offset = photo.upload && (await this.line.offset(photo.upload));
    if (typeof offset === 'number') return this.put({ ...op, photo: { ...photo, offset } });
    const upload = await this.line.announce(photo.size);
    return this.put({ ...op, fixed: null, photo: { ...photo, upload, offset: 0 } });
  }

  private async onward(op: Op, blob: Blob): Promise<Op> {
    const { photo } = op;
    if (!photo?.upload) return op;
    const piece = blob.slice(photo.offset, photo.offset + PIECE);
    const offset = await this.line.piece(photo.upload, photo.offset, piece);
    this.reached = true;
    return this.put({ ...op, photo: { ...photo, offset } });
  }

  private noLine(error: unknown): void {
    this.reached = error instanceof Rejected;
    if (error instanceof Rejected && error.status === 401) this.signedOut = true;
  }

  private async defer(ops: Op[], seconds?: number, problem: Refused | null = null): Promise<void> {
    for (const op of ops) {
      const tries = op.tries + 1;
      const wait = (seconds ?? waitS(tries)) * 1000;
      await this.put({ ...op, tries, problem, after: this.wall() + wait });
    }
  }

  private async put(op: Op): Promise<Op> {
    await this.shelf.put(op);
    this.ops = this.ops.map((one) => (one.id === op.id ? op : one));
    this.changed();
    return op;
  }

  /** Forgets the oldest of what went. */
  private async tidy(): Promise<void> {
    const gone = this.ops.filter(({ state }) => state === 'sent');
    for (const op of gone.slice(0, Math.max(gone.length - SHOWN, 0))) await this.drop(op);
  }

  /** The next try, when the soonest thing may go. */
  private plan(): void {
    const waits = this.waiting.map(({ after }) => after - this.wall());
    if (!waits.length) return;
    const ms = Math.min(Math.max(Math.min(...waits), 250), LONGEST_WAIT_S * 1000);
    this.retry = setTimeout(() => void this.flush(), ms);
  }
}
