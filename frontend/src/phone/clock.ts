/**
 * What time it is, on a phone whose own clock may stand in 2010.
 *
 * The server tells its time (that of its world) with every answer; from then on the phone counts by the
 * browser's steady clock, which nobody can set. What was kept before the server was heard gets its moment when
 * it is sent, and says whether that moment is sure.
 */

/** One moment as a phone can know it; kept with everything that it takes in. */
export interface Stamp {
  /** What the phone's own clock showed, ms. */
  wall: number;
  /** The browser's steady clock, ms since the page began. */
  steady: number;
  /** Which page's steady clock that is. */
  session: string;
  /** ms that the server was ahead of the phone's clock, if it had been heard by then. */
  ahead: number | null;
}

export interface Told {
  /** ms since 1970, by the server's clock. */
  at: number;
  /** Nobody can say whether it is right. */
  doubtful: boolean;
}

/** A clock that is off by less is nobody's mistake, ms. */
export const FAIR_MS = 120_000;

export interface Time {
  wall(): number;
  steady(): number;
  session: string;
}

export class ServerClock {
  /** Server's time minus the steady clock, ms. */
  private base: number | null = null;

  constructor(
    private readonly time: Time,
    /** What an earlier page had learned, ms ahead of the phone's clock. */
    private remembered: number | null = null,
  ) {}

  /** ms that the phone's clock is behind the real time; null: unknown. A replayed world has a time of its own. */
  wrongBy: number | null = null;

  /**
   * The server answered: `at` is its world's time (ms), `asked` when the question left by the steady clock,
   * `real` the real time.
   */
  learn(at: number, asked: number, real = at): void {
    const heard = this.time.steady();
    this.wrongBy = real + (heard - asked) / 2 - this.time.wall();
    this.base = at + (heard - asked) / 2 - heard;
    this.remembered = this.base + heard - this.time.wall();
  }

  /** Whether this page has heard the server. */
  get sure(): boolean {
    return this.base !== null;
  }

  /** ms that the server is ahead of the phone's clock; null: never heard. */
  get ahead(): number | null {
    return this.base === null ? this.remembered : this.base + this.time.steady() - this.time.wall();
  }

  /** The best that is known of now, ms. */
  now(): number {
    if (this.base !== null) return this.base + this.time.steady();
    return this.time.wall() + (this.remembered ?? 0);
  }

  stamp(): Stamp {
    return {
      wall: this.time.wall(),
      steady: this.time.steady(),
      session: this.time.session,
      ahead: this.ahead,
    };
  }

  /** When that was, by the server's clock. */
  moment(stamp: Stamp): Told {
    if (stamp.session === this.time.session) {
      return { at: this.now() - (this.time.steady() - stamp.steady), doubtful: !this.sure };
    }
    const ahead = this.ahead;
    if (ahead === null) return { at: stamp.wall, doubtful: true };
    const was = stamp.ahead;
    // The clock was set between then and now, forwards or (a flat battery) back: what was known then counts.
    const set = this.time.wall() < stamp.wall || (was !== null && Math.abs(was - ahead) > FAIR_MS);
    if (set) return { at: was === null ? this.now() : stamp.wall + was, doubtful: true };
    return { at: stamp.wall + ahead, doubtful: was === null && Math.abs(this.wrongBy ?? ahead) > FAIR_MS };
  }
}

/** This page's clocks. */
export function pageTime(): Time {
  const session = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  return { wall: () => Date.now(), steady: () => performance.now(), session };
}

export const iso = (at: number): string => new Date(at).toISOString();
