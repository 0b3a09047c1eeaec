/** What the board holds: the last reading, how fresh it is, and by what it is kept fresh. */
import { explain } from '../../lib/api';
import type { World } from '../../lib/api-types';
import { ms } from '../../lib/time';
import type { Board, BoardApi } from './api';

/** Milliseconds. Many officials look at once, so that events are gathered before one asks again. */
export const PACE = {
  gather: 4_000,
  least: 10_000,
  live: 60_000,
  polling: 20_000,
  tick: 1_000,
  read: 10_000,
};

export type Line = 'live' | 'polling' | 'offline';

export class BoardDesk {
  board = $state.raw<Board | null>(null);
  territory = $state('');
  error = $state('');
  line = $state<Line>('polling');
  /** The world's clock, as far as it is known between two readings. */
  now = $state(Date.now());
  /** From when on this page tells changes; the server's answer to its first question. */
  since = '';
  private readAt = 0;
  private wanted: ReturnType<typeof setTimeout> | undefined;
  private streaming = false;

  constructor(
    readonly api: BoardApi,
    readonly world: World,
    territory: string,
  ) {
    this.territory = territory;
  }

  async read(): Promise<void> {
    clearTimeout(this.wanted);
    this.wanted = undefined;
    const asked = this.territory;
    try {
      const told = await this.api.read(asked, this.since);
      if (asked !== this.territory) return; // another territory was chosen meanwhile
      // what the page began with stays its beginning, and so does "for the first time"
      const first = this.board && this.since ? this.board.changes.first : told.changes.first;
      this.board = { ...told, changes: { ...told.changes, first } };
      this.since = told.changes.since;
      this.readAt = Date.now();
      this.now = ms(told.world.now);
      this.error = '';
      this.line = this.streaming ? 'live' : 'polling';
    } catch (problem) {
      this.error = explain(problem);
      if (this.board) this.line = 'offline';
    }
  }

  /** Soon, together with whatever else happens until then. */
  soon(): void {
    const wait = Math.max(PACE.gather, PACE.least - (Date.now() - this.readAt));
    this.wanted ??= setTimeout(() => void this.read(), wait);
  }

  choose(territory: string): void {
    this.territory = territory;
    void this.read();
  }

  /** Changes are told from this moment on; an earlier one brings them back. */
  begin(since: string): Promise<void> {
    this.since = since;
    if (this.board) this.board = { ...this.board, changes: { ...this.board.changes, first: false } };
    return this.read();
  }

  /** Follows the live channel, and asks by itself where that does not get through. */
  follow(): () => void {
    const events = this.api.events();
    events.onopen = () => ((this.streaming = true), this.line !== 'offline' && (this.line = 'live'));
    events.onerror = () => ((this.streaming = false), this.line === 'live' && (this.line = 'polling'));
    events.addEventListener('event', () => this.soon());
    events.addEventListener('resync', () => this.soon());
    const back = () => void this.read();
    addEventListener('online', back);
    const tick = setInterval(() => this.tick(), PACE.tick);
    return () => {
      events.close();
      removeEventListener('online', back);
      clearInterval(tick);
      clearTimeout(this.wanted);
    };
  }

  private tick(): void {
    const passed = Date.now() - this.readAt;
    if (this.board) this.now = ms(this.board.world.now) + passed * this.board.world.rate;
    if (!this.wanted && passed > (this.line === 'live' ? PACE.live : PACE.polling)) {
      this.readAt = Date.now() - PACE.least; // one question at a time, however long it takes
      this.soon();
    }
  }
}

/** Tells the server once when the page goes out of sight after it was looked at. */
export function tellLeaving(desk: BoardDesk): () => void {
  let shown = document.visibilityState === 'visible' ? Date.now() : 0;
  const gone = () => {
    const looked = shown > 0 && Date.now() - shown >= PACE.read;
    shown = 0;
    if (looked && desk.board) desk.api.leave(desk.board.world.now);
  };
  const turned = () => {
    if (document.visibilityState === 'hidden') gone();
    else shown = Date.now();
  };
  document.addEventListener('visibilitychange', turned);
  addEventListener('pagehide', gone);
  return () => {
    document.removeEventListener('visibilitychange', turned);
    removeEventListener('pagehide', gone);
  };
}
