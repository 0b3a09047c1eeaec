/**
 * SOS: on the disk first, then out, before everything else, again and again until a person has seen it. Nothing
 * else stops it: not a lost link, not a flat battery, not a new page.
 */
import { ApiError } from '../lib/api';
import type { components } from '../lib/schema';
import { iso, type ServerClock, type Stamp } from './clock';
import type { Cupboard } from './shelf';

export type SosTold = components['schemas']['SosTold'];
export interface Spot {
  point: [number, number];
  accuracy: number;
}
export interface Held {
  id: string;
  unit: string;
  stamp: Stamp;
  /** What the server said last. */
  told: SosTold | null;
  /** Why it is to be ended; null: it stands. */
  ending: string | null;
  endKey: string;
}
export type State = 'none' | 'sending' | 'no_link' | 'waiting' | 'seen' | 'refused' | 'ending';

const NAME = 'sos';
/** Seconds between two calls: without a link faster, since links are short. */
const REPEAT_S = { link: 15, none: 5 };

export interface SosLine {
  call(body: Record<string, unknown>): Promise<SosTold>;
  end(id: string, note: string, key: string): Promise<SosTold>;
}

export class Sos {
  held: Held | null = null;
  reached: boolean | null = null;
  refusal: ApiError | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private busy = false;

  constructor(
    private readonly cupboard: Pick<Cupboard, 'get' | 'set'>,
    private readonly line: SosLine,
    private readonly clock: ServerClock,
    private readonly where: () => Spot | null,
    private readonly changed: () => void,
  ) {}

  async load(): Promise<void> {
    this.held = await this.cupboard.get<Held>(NAME);
    if (this.held) void this.turn();
    this.changed();
  }

  get state(): State {
    if (!this.held) return 'none';
    if (this.held.ending !== null) return 'ending';
    if (this.held.told?.seen) return 'seen';
    if (this.refusal) return 'refused';
    if (this.reached === false) return 'no_link';
    return this.held.told ? 'waiting' : 'sending';
  }

  /** Calls for help. */
  async call(unit: string, id: string, endKey: string): Promise<void> {
    if (this.held && this.held.ending === null) return;
    const held: Held = { id, unit, stamp: this.clock.stamp(), told: null, ending: null, endKey };
    this.refusal = null;
    // Not waiting for the disk: a call for help that the disk refuses goes out all the same.
    this.held = held;
    this.changed();
    await Promise.allSettled([this.cupboard.set(NAME, held), this.turn()]);
  }

  async end(note: string): Promise<void> {
    if (!this.held) return;
    await this.keep({ ...this.held, ending: note });
    await this.turn();
  }

  /** One try; it plans the next one itself. */
  async turn(): Promise<void> {
    const held = this.held;
    if (!held || this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    try {
      await (held.ending === null ? this.tell(held) : this.take(held));
      this.reached = true;
      this.refusal = null;
    } catch (error) {
      await this.failed(held, error);
    } finally {
      this.busy = false;
      this.plan();
      this.changed();
    }
  }

  private async tell(held: Held): Promise<void> {
    const { at, doubtful } = this.clock.moment(held.stamp);
    const spot = this.where();
    const told = await this.line.call({
      id: held.id,
      unit: held.unit,
      at: iso(at),
      device_at: iso(held.stamp.wall),
      doubtful,
      ...(spot ? { point: spot.point, accuracy_m: Math.round(spot.accuracy) } : {}),
    });
    if (this.held?.id === held.id) await this.keep({ ...this.held, told });
    // Somebody else has ended it: the crew reads why, and closes it.
  }

  private async take(held: Held): Promise<void> {
    await this.line.end(held.id, held.ending ?? '', held.endKey);
    await this.keep(null);
  }

  private async failed(held: Held, error: unknown): Promise<void> {
    this.reached = error instanceof ApiError;
    this.refusal = error instanceof ApiError && error.status < 500 ? error : null;
    // Over already, or never heard of: there is nothing left to end.
    const gone = error instanceof ApiError && [404, 409].includes(error.status);
    if (held.ending !== null && gone) await this.keep(null);
  }

  private async keep(held: Held | null): Promise<void> {
    this.held = held;
    await this.cupboard.set(NAME, held).catch(() => undefined);
    this.changed();
  }

  private plan(): void {
    if (!this.held || this.state === 'seen') return;
    const seconds = this.reached ? (this.held.told?.repeat_s ?? REPEAT_S.link) : REPEAT_S.none;
    this.timer = setTimeout(() => void this.turn(), seconds * 1000);
  }
}
