/** All that a crew's page knows: who it is, its task, what it keeps, whether anybody hears. */
import { api, ApiError } from '../../lib/api';
import type { Config, Point } from '../../lib/api-types';
import { setZones } from '../../lib/time';
import { pageTime, ServerClock } from '../../phone/clock';
import { token, uuid } from '../../phone/ids';
import { learn, makeLine } from '../../phone/line';
import { Outbox, type Kind, type Op } from '../../phone/outbox';
import { place } from '../../phone/place.svelte';
import { askToLast, oneAtATime, openCupboard, type Cupboard } from '../../phone/shelf';
import { Sos } from '../../phone/sos';
import { fieldApi, type Area, type Task, type Unit } from './api';

const ASK_EVERY_MS = 30_000;
const AREA_KM = 60;

interface Saved {
  task: Task | null;
  area: Area | null;
  config: Config | null;
  unit: { code: string; id: string; name: Unit['name'] } | null;
  ahead: number | null;
}

export class FieldDesk {
  tab = $state<'task' | 'map' | 'report' | 'edge' | 'queue'>('task');
  ready = $state(false);
  config = $state.raw<Config | null>(null);
  unit = $state.raw<Saved['unit']>(null);
  units = $state.raw<Unit[]>([]);
  task = $state.raw<Task | null>(null);
  area = $state.raw<Area | null>(null);
  ops = $state.raw<Op[]>([]);
  /** Whether the last try reached the server; null: nobody has tried. */
  online = $state<boolean | null>(null);
  signedOut = $state(false);
  lasting = $state(true);
  persisted = $state(true);
  /** Server's time; how far the phone is off (null: unknown); whether this page has heard the server. */
  now = $state(Date.now());
  wrongBy = $state<number | null>(null);
  sure = $state(false);
  sos = $state.raw<{ of: Sos } | null>(null);
  said = $state<{ text: string; bad: boolean } | null>(null);
  clock!: ServerClock;
  cupboard!: Cupboard;
  outbox!: Outbox;

  get world(): string {
    const asked = new URLSearchParams(location.search).get('world');
    return asked ?? this.config?.default_world ?? 'live';
  }

  get api() {
    return fieldApi(this.world);
  }

  async start(): Promise<void> {
    this.cupboard = await openCupboard('sylvan-field');
    this.lasting = this.cupboard.lasting;
    const read = <K extends keyof Saved>(name: K) => this.cupboard.get<Saved[K]>(name);
    this.clock = new ServerClock(pageTime(), await read('ahead'));
    this.takeConfig(await read('config'));
    [this.unit, this.task, this.area] = [await read('unit'), await read('task'), await read('area')];
    const line = makeLine(
      this.clock,
      () => this.world,
      (ops) => this.api.sync(ops),
    );
    this.outbox = new Outbox(
      this.cupboard,
      line,
      this.clock,
      () => this.shown(),
      undefined,
      oneAtATime('sylvan-field'),
    );
    const sosLine = {
      call: (body: Record<string, unknown>) => this.api.sos(body),
      end: (id: string, note: string, key: string) => this.api.endSos(id, note, key),
    };
    const where = () => place.spot && { point: place.spot.point, accuracy: place.spot.accuracy };
    const sos = new Sos(this.cupboard, sosLine, this.clock, where, () => (this.sos = { of: sos }));
    this.sos = { of: sos };
    this.ready = true;
    await sos.load(); // before everything else
    await this.outbox.load();
    void askToLast().then((lasts) => (this.persisted = lasts));
    void this.refresh();
  }

  /** Asks the server what is new, and sends what waits. */
  async refresh(): Promise<void> {
    try {
      if (!this.config) await this.readConfig();
      await learn(this.clock, this.world);
      this.heard();
      void this.cupboard.set('ahead', this.clock.ahead);
      if (this.unit) await this.readTask(this.unit.code);
      else this.units = await this.api.units();
      this.signedOut = false;
      void this.outbox.flush();
      this.readConfig().catch((error: unknown) => this.failed(error)); // the link may be gone by now
    } catch (error) {
      this.failed(error);
    }
  }

  /** Until the page ends. */
  keepAsking(): () => void {
    const ask = setInterval(() => void this.refresh(), ASK_EVERY_MS);
    const tick = setInterval(() => this.tick(), 1000);
    const again = () => {
      void this.refresh();
      void this.outbox?.flush(true);
      void this.sos?.of.turn();
    };
    const seen = () => document.visibilityState === 'visible' && again();
    addEventListener('online', again);
    document.addEventListener('visibilitychange', seen);
    return () => {
      clearInterval(ask);
      clearInterval(tick);
      removeEventListener('online', again);
      document.removeEventListener('visibilitychange', seen);
    };
  }

  async choose(unit: Unit): Promise<void> {
    this.unit = { code: unit.code, id: unit.id, name: unit.name };
    await this.cupboard.set('unit', this.unit);
    await this.refresh();
  }

  async forget(): Promise<void> {
    [this.unit, this.task] = [null, null];
    await this.cupboard.set('unit', null);
    await this.cupboard.set('task', null);
    await this.refresh();
  }

  /** Keeps a thing, and says so only when the disk has it. */
  async keep(kind: Kind, body: Record<string, unknown>, told: string, photo?: Blob): Promise<boolean> {
    try {
      await this.outbox.keep(kind, body, uuid(), photo);
      this.said = { text: told, bad: false };
      return true;
    } catch (error) {
      this.said = { text: String((error as Error).message || error), bad: true };
      return false;
    }
  }

  async callHelp(): Promise<void> {
    if (this.unit) await this.sos?.of.call(this.unit.code, uuid(), token());
  }

  /** The place that a thing is kept with. */
  get spot(): { point: Point; accuracy: number } | null {
    return place.spot && { point: place.spot.point, accuracy: place.spot.accuracy };
  }

  async readArea(point: Point): Promise<void> {
    this.area = await this.api.area(point, AREA_KM);
    await this.cupboard.set('area', this.area);
  }

  private async readTask(code: string): Promise<void> {
    this.task = await this.api.task(code);
    await this.cupboard.set('task', this.task);
  }

  private async readConfig(): Promise<void> {
    this.takeConfig(await api.config());
    await this.cupboard.set('config', this.config);
  }

  private takeConfig(found: Config | null): void {
    if (!found) return;
    this.config = found;
    setZones(found.region.time_zones);
  }

  private heard(): void {
    this.online = true;
    this.tick();
  }

  private failed(error: unknown): void {
    this.online = error instanceof ApiError;
    this.signedOut = error instanceof ApiError && [401, 403].includes(error.status);
  }

  private tick(): void {
    this.now = this.clock.now();
    this.wrongBy = this.clock.wrongBy;
    this.sure = this.clock.sure;
  }

  private shown(): void {
    this.ops = this.outbox.ops;
    if (this.outbox.reached !== null) this.online = this.outbox.reached;
    this.signedOut ||= this.outbox.signedOut;
  }
}
