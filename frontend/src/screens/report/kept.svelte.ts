/** What this phone has told and keeps until the server has it; and the links under which it is answered. */
import { api, request, within } from '../../lib/api';
import type { Config } from '../../lib/api-types';
import type { components } from '../../lib/schema';
import { setZones } from '../../lib/time';
import { pageTime, ServerClock } from '../../phone/clock';
import { token, uuid } from '../../phone/ids';
import { asResult, learn, makeLine } from '../../phone/line';
import { Outbox, type Op, type Result } from '../../phone/outbox';
import { oneAtATime, openCupboard, type Cupboard } from '../../phone/shelf';

type Schemas = components['schemas'];
export type Answer = Schemas['PublicAnswer'];
export type Near = Schemas['PublicSeen'];
/** A report that went, with nothing of who and where. */
export interface Mine {
  token: string;
  seen: string;
  at: number;
}
const KEPT_LINKS = 20;

export const askedWorld = (): string | null => new URLSearchParams(location.search).get('world');

export class Kept {
  ops = $state.raw<Op[]>([]);
  mine = $state.raw<Mine[]>([]);
  lasting = $state(true);
  online = $state<boolean | null>(null);
  config = $state.raw<Config | null>(null);
  clock!: ServerClock;
  outbox!: Outbox;
  private cupboard!: Cupboard;
  private sender = '';

  get world(): string {
    return askedWorld() ?? this.config?.default_world ?? '';
  }

  async start(): Promise<void> {
    this.cupboard = await openCupboard('sylvan-report');
    this.lasting = this.cupboard.lasting;
    this.mine = (await this.cupboard.get<Mine[]>('mine')) ?? [];
    this.sender = (await this.cupboard.get<string>('sender')) ?? token();
    this.clock = new ServerClock(pageTime(), await this.cupboard.get<number>('ahead'));
    this.outbox = new Outbox(
      this.cupboard,
      makeLine(
        this.clock,
        () => this.world,
        (ops) => this.send(ops),
      ),
      this.clock,
      () => this.changed(),
      undefined,
      oneAtATime('sylvan-report'),
    );
    await this.outbox.load();
    await this.cupboard.set('sender', this.sender).catch(() => undefined);
    void this.hear();
    addEventListener('online', () => void this.hear().then(() => this.outbox.flush(true)));
  }

  /** Learns the server's time and names, where it can be heard. */
  async hear(): Promise<void> {
    try {
      this.config = await api.config();
      setZones(this.config.region.time_zones);
      await learn(this.clock, this.world);
      this.online = true;
      await this.cupboard.set('ahead', this.clock.ahead).catch(() => undefined);
      void this.outbox.flush();
    } catch {
      this.online = false;
    }
  }

  /** Keeps a report; it resolves when the disk has it, with the word of its link. */
  async keep(body: Record<string, unknown>, photo?: Blob): Promise<Op> {
    const told = { ...body, source_kind: 'person', answer_token: token(), sender: this.sender };
    return this.outbox.keep('report', told, uuid(), photo);
  }

  near([lon, lat]: [number, number]): Promise<Near[]> {
    const { q } = within(this.world);
    return request<Near[]>(`/public/seen${q}&lon=${lon.toFixed(4)}&lat=${lat.toFixed(4)}`);
  }

  /** Each on its own: without an account nobody sends batches. */
  private async send(ops: Op[]): Promise<Result[]> {
    const { post } = within(this.world);
    const results: Result[] = [];
    for (const op of ops) {
      const result = await asResult(post('/reports', op.fixed, op.key));
      results.push(result);
      if (result.status < 300) await this.remember(op);
    }
    return results;
  }

  private async remember(op: Op): Promise<void> {
    const one = {
      token: String(op.body.answer_token),
      seen: String(op.body.seen),
      at: this.clock.moment(op.stamp).at,
    };
    const known = this.mine.filter((other) => other.token !== one.token);
    this.mine = [one, ...known].slice(0, KEPT_LINKS);
    await this.cupboard.set('mine', this.mine).catch(() => undefined);
  }

  private changed(): void {
    this.ops = this.outbox.ops;
    if (this.outbox.reached !== null) this.online = this.outbox.reached;
    // Who told it need not stay on the phone once the server has it.
    for (const op of this.ops.filter(({ state, body }) => state === 'sent' && 'phone' in body)) this.wipe(op);
  }

  private wipe(op: Op): void {
    const { answer_token, seen } = op.body;
    const bare = { ...op, body: { answer_token, seen }, fixed: null };
    this.outbox.ops = this.outbox.ops.map((one) => (one.id === op.id ? bare : one));
    this.ops = this.outbox.ops;
    void this.cupboard.put(bare);
  }
}

/** What became of the report behind a link. */
export function answerOf(word: string): Promise<Answer> {
  const world = askedWorld();
  const q = world ? `?world=${encodeURIComponent(world)}` : '';
  return request<Answer>(`/public/answers/${word}${q}` as `/public/answers/${string}`);
}

export function linkOf(word: string): string {
  const world = askedWorld();
  return `${location.origin}/report/answer/${word}${world ? `?world=${encodeURIComponent(world)}` : ''}`;
}
