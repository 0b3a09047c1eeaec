/**
 * The live channel: a snapshot, then every event after it, in order, once, through any number of cuts.
 *
 * Numbers are common to all worlds and have no gaps; what is not for us is announced by `skip_to`. A
 * number that is neither was lost on the way, and is asked for again. The answer to `resume` begins
 * with `skip_to` of the same number: everything before it still belongs to the old stream.
 */
import type { Feed, LiveEvent, Snapshot, World } from './api-types';

export type Status = 'connecting' | 'online' | 'offline';
/** By what the events come. The later ones are for lines on which a firewall stops websockets. */
export const WAYS = ['socket', 'stream', 'poll'] as const;
export type Way = (typeof WAYS)[number];
/** Frames that are neither numbered nor kept. */
export type Aside =
  | { t: 'hello'; way: Way; you?: { who: string } | null }
  | { t: 'ping'; store?: Keeps; feeds?: FeedAge[] }
  | ({ t: 'presence' } & Presence);
export type Keeps = 'ok' | 'read_only' | 'away';
export type FeedAge = Pick<Feed, 'feed' | 'state' | 'last_data' | 'last_pass'>;
export interface Presence {
  fire: string;
  people: { who: string; name: string; doing: 'looking' | 'typing'; field: string | null }[];
  /** Fields that several people type into. */
  conflicts: string[];
}

export interface Socket {
  send(text: string): void;
  close(): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
}

export interface FeedParts {
  open(): Socket;
  /** Another way, fetched when it is needed; `better` says that websockets get through again. */
  detour?(way: Way, better: () => void): Promise<Socket>;
  snapshot(): Promise<Snapshot>;
  /** Replaces everything that is known. */
  load(snapshot: Snapshot): void;
  apply(event: LiveEvent): void;
  /** The world's clock, as the server shows it at each greeting. */
  world(world: World): void;
  status(status: Status, why: string | null): void;
  tell?(frame: Aside): void;
  /** The server does not know any more who this is. */
  signedOut?(): void;
  random?: () => number;
}

/** Milliseconds. The server pings every 15 s; two missed pings and some grace mean a dead line. */
export const TIMING = { silence: 40_000, backoffFirst: 1_000, backoffMost: 30_000, check: 5_000 };
/** The session is over, or was ended by somebody: trying again changes nothing until one signs in. */
export const SIGNED_OUT = 4401;
/** A number that stays missing after so many requests is given up for a fresh snapshot. */
const ASK_AT_MOST = 3;
/** Connections that end before their stream begins until the next way is tried. */
const MISSES = 2;

type Frame = { t: string } & Record<string, unknown>;

export class LiveFeed {
  /** Number of the last event that is in the store, or was not for us. */
  seq = -1;
  private epoch: string | null = null;
  private socket: Socket | null = null;
  private lastFrameAt = 0;
  private attempts = 0;
  private asked = 0;
  /** Waiting for the first frame of the stream that was asked for. */
  private awaiting = true;
  private misses = 0;
  private opening = 0;
  private syncing = false;
  private stopped = true;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private watch: ReturnType<typeof setInterval> | null = null;

  constructor(private readonly parts: FeedParts) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.watch = setInterval(() => this.checkSilence(), TIMING.check);
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    if (this.watch) clearInterval(this.watch);
    if (this.timer) clearTimeout(this.timer);
    this.drop();
  }

  /** The network or the tab came back: don't wait for the back-off to end. */
  nudge(): void {
    if (this.stopped || this.socket) return;
    this.attempts = 0;
    this.connect();
  }

  /** The browser says that the network is gone: no need to wait for the silence to prove it. */
  offline(): void {
    if (this.socket) this.lost('network');
  }

  /** Tells the others where this screen is; only a websocket has a way back. */
  say(frame: { fire: string | null; doing?: string; field?: string | null }): void {
    if (!this.awaiting && this.way === 'socket')
      this.socket?.send(JSON.stringify({ t: 'presence', ...frame }));
  }

  private get way(): Way {
    return WAYS[Math.floor(this.misses / MISSES) % WAYS.length] as Way;
  }

  private connect(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.awaiting = true;
    this.parts.status('connecting', null);
    const { detour } = this.parts;
    const opening = ++this.opening;
    if (this.way === 'socket' || !detour) return this.use(this.parts.open());
    const isCurrent = () => opening === this.opening && !this.stopped;
    detour(this.way, () => isCurrent() && this.straight()).then(
      (socket) => (isCurrent() ? this.use(socket) : socket.close()),
      () => isCurrent() && this.lost('no detour'),
    );
  }

  /** Websockets get through again. */
  private straight(): void {
    this.misses = 0;
    this.drop();
    this.connect();
  }

  private use(socket: Socket): void {
    this.socket = socket;
    this.lastFrameAt = Date.now();
    socket.onmessage = (event) => {
      if (this.socket === socket) this.receive(event.data);
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.lost(`close ${event.code}`);
      if (event.code === SIGNED_OUT) this.parts.signedOut?.();
    };
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    this.syncing = false;
    if (!socket) return;
    socket.onclose = null;
    socket.onmessage = null;
    socket.close();
  }

  private lost(why: string): void {
    this.drop();
    if (this.stopped) return;
    if (this.awaiting) this.misses += 1;
    this.parts.status('offline', why);
    const most = Math.min(TIMING.backoffMost, TIMING.backoffFirst * 2 ** this.attempts++);
    this.timer = setTimeout(() => this.connect(), (this.parts.random ?? Math.random)() * most);
  }

  private checkSilence(): void {
    if (this.socket && Date.now() - this.lastFrameAt > TIMING.silence) this.lost('silence');
  }

  private receive(data: unknown): void {
    this.lastFrameAt = Date.now();
    let frame: Frame;
    try {
      frame = JSON.parse(String(data)) as Frame;
    } catch {
      this.lost('bad frame');
      return;
    }
    switch (frame.t) {
      case 'hello':
        return this.greet(frame);
      case 'event':
        return this.take(frame as unknown as LiveEvent);
      case 'skip_to':
        return this.skip(Number(frame.seq));
      case 'ping':
      case 'presence':
        return this.parts.tell?.(frame as unknown as Aside);
      case 'gone':
      case 'resync':
        return void this.resync();
    }
  }

  private greet(frame: Frame): void {
    this.parts.tell?.({ ...frame, way: this.way } as unknown as Aside);
    if (frame.world && typeof frame.world === 'object') this.parts.world(frame.world as World);
    const isKnown = this.epoch === frame.epoch && this.seq + 1 >= Number(frame.oldest ?? 0);
    if (isKnown) this.resume();
    else void this.resync();
  }

  /** Starts again from a snapshot; the socket stays and is resumed after it. */
  private async resync(): Promise<void> {
    if (this.syncing) return;
    const socket = this.socket;
    this.syncing = true;
    try {
      const snapshot = await this.parts.snapshot();
      if (this.socket !== socket) return;
      this.epoch = snapshot.epoch;
      this.seq = snapshot.as_of_seq;
      this.asked = 0;
      this.parts.load(snapshot);
      this.syncing = false;
      this.resume();
    } catch (error) {
      if (this.socket === socket) this.lost(`snapshot: ${String(error)}`);
    }
  }

  private resume(): void {
    this.awaiting = true;
    this.socket?.send(JSON.stringify({ t: 'resume', epoch: this.epoch, after: this.seq, filter: null }));
  }

  private skip(seq: number): void {
    if (this.syncing) return;
    if (this.awaiting) {
      if (seq !== this.seq) return;
      this.awaiting = false;
      this.misses -= this.misses % MISSES;
      this.attempts = 0;
      this.parts.status('online', null);
    }
    this.seq = Math.max(this.seq, seq);
  }

  private take(event: LiveEvent): void {
    if (this.syncing || this.awaiting || event.seq <= this.seq) return;
    if (event.epoch !== this.epoch) return void this.resync();
    if (event.seq > this.seq + 1) return this.askAgain();
    this.seq = event.seq;
    this.asked = 0;
    this.parts.apply(event);
  }

  private askAgain(): void {
    this.asked += 1;
    if (this.asked > ASK_AT_MOST) void this.resync();
    else this.resume();
  }
}
