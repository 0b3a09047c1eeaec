/** The dispatcher's desk: what is chosen, open and under way. The facts themselves live in the store. */
import { SvelteSet } from 'svelte/reactivity';
import { ApiError, explain, type WorldApi } from '../../lib/api';
import type { Config, Fire, FireDetail, LayerInfo, Point, Report, World } from '../../lib/api-types';
import type { Danger, Exposure } from '../../lib/engine-types';
import { byPriority, groupOf, isNearSettlement, rowsOf, type Group, type Row } from '../../lib/fires';
import { t } from '../../lib/i18n.svelte';
import { may } from '../../lib/may.svelte';
import type { Handlers } from '../../lib/keys';
import type { Reading } from '../../lib/reading.svelte';
import { Store } from '../../lib/store.svelte';
import { HOUR, ms } from '../../lib/time';
import type { FireMap } from '../../map/map';
import type { Apart } from './apart/apart.svelte';
import type { Spread } from './forecast/spread.svelte';

export type Filter = 'near' | 'burning' | null;
export type Form = 'register' | 'reject' | 'status' | 'attach' | null;
export type DialogName = 'search' | 'help' | 'call' | 'health' | 'sheet' | null;
export type Pane = 'list' | 'map' | 'card';

/** How long a notice stands, ms; one that can be taken back stands longer. */
const NOTICE_MS = { plain: 6000, undo: 20_000 };

export type View = 'whole' | 'map' | 'lists';

export type CommandTab = 'waiting' | 'crews' | 'control' | 'regimes' | 'journal' | 'shift';

export interface Place {
  name: string;
  kind: 'settlement' | 'tower';
  point: Point;
}

/** Something that is being done on the map. While it lasts, clicks and Escape belong to it. */
export interface Tool {
  readonly name: 'surgery' | 'edge' | 'measure';
  /** The fire that is worked on; measuring is about none. */
  readonly fire: Fire | null;
  /** A fire was clicked, or the ground beside it. */
  pick(id: string | null): void;
  /** One step back; at the first step the tool is put away. */
  back(): void;
}

type Side = 'heat' | 'units' | 'danger' | 'command';

export class Desk {
  readonly store: Store;
  readonly config: Config;
  readonly api: WorldApi;
  worlds = $state.raw<World[]>([]);
  layers = $state.raw<LayerInfo[]>([]);
  tab = $state<Group>('new');
  filter = $state<Filter>(null);
  /** Whether the queue goes by the score of priority instead of by urgency. */
  byPriority = $state(false);
  selected = $state<string | null>(null);
  /** Signals that are dealt with together. */
  readonly chosen = new SvelteSet<string>();
  /** Whether a press on a row chooses it beside others. */
  choosing = $state(false);
  /** Grows when the keyboard takes what is chosen. */
  takes = $state(0);
  form = $state<Form>(null);
  dialog = $state<DialogName>(null);
  layersOpen = $state(false);
  queueOpen = $state(true);
  pane = $state<Pane>('list');
  busy = $state(false);
  error = $state<string | null>(null);
  /** Said aloud by screen readers and shown for a moment. */
  notice = $state<string | null>(null);
  /** What was just done and can be taken back; other notices don't push it away. */
  offer = $state.raw<{ text: string; undo: () => void } | null>(null);
  /** Where the map should go next; `at` makes equal wishes different. */
  target = $state.raw<{
    point?: Point;
    bbox?: [number, number, number, number];
    zoom?: number;
    at: number;
  } | null>(null);
  /** All that is known of the chosen fire, with its exact edge and front. */
  detail = $state.raw<FireDetail | null>(null);
  map = $state.raw<FireMap | null>(null);
  tool = $state.raw<Tool | null>(null);
  /** Which part of the screen this window shows, where two windows share it. */
  view = $state<View>('whole');
  /** The line to the other window, while there is one. */
  apart = $state.raw<Apart | null>(null);
  /** What the keys do; the other window may ask for it. */
  keys: Handlers = {};
  /** Which forecasts of spread are looked at; made by the panels that show them. */
  spread = $state.raw<Spread | null>(null);
  /** The moment of the past that is looked at; null is now. */
  pastAt = $state<number | null>(null);
  /** Of the past: what is known of that moment today, instead of what was known then. */
  hindsight = $state(false);
  /** The one panel that stands beside the map, and what of it is looked at. */
  private side = $state<{ panel: Side; what: string } | null>(null);
  /** The day whose danger is shown; null is the region's today. */
  dangerDay = $state<string | null>(null);
  /** Fire danger as it was read last, for all that show it; made by whoever shows it first. */
  dangers: Reading<Danger> | null = null;
  /** Grows when the keyboard asks for the surgeries of the chosen fire. */
  edits = $state(0);
  /** Grows when the keyboard asks for the forces of the chosen fire. */
  sends = $state(0);
  /** Grows when a surgery was done or taken back. */
  surgeriesAge = $state(0);
  /** Detections of the chosen fire on which people have a word: false, or held where they are. */
  marked = $state.raw<GeoJSON.Feature[]>([]);
  /** A line on the map from a possible cause to the fire. */
  link = $state.raw<[Point, Point] | null>(null);
  /** What the chosen fire threatens, drawn on the map. */
  exposure = $state.raw<Exposure | null>(null);
  /** A point marked on the map: a search hit or the place of a call. */
  pin = $state.raw<Point | null>(null);
  private readonly toldShown = new Set<string>();
  private noticeTimer: ReturnType<typeof setTimeout> | undefined;
  private offerTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Store, config: Config, api: WorldApi) {
    this.store = store;
    this.config = config;
    this.api = api;
  }

  rows(group: Group): Row[] {
    const found = rowsOf(group, this.store.fires.values(), this.store.reports.values());
    const all = group === 'new' ? found.filter(({ key }) => !this.isPutOff(key)) : found;
    const scored = this.byPriority && !this.store.past;
    const rows = scored ? byPriority(all, (id) => this.store.exposures.get(id)?.score ?? 0) : all;
    if (this.filter === 'near')
      return rows.filter((row) => row.kind === 'fire' && isNearSettlement(row.fire));
    if (this.filter === 'burning') {
      return rows.filter((row) => row.kind === 'fire' && row.fire.activity === 'burning');
    }
    return rows;
  }

  /** Whether a signal waits for a later moment; it comes back by itself. */
  isPutOff(key: string): boolean {
    const until = this.store.cares.get(key)?.put_off_until;
    return !!until && ms(until) > this.store.clock;
  }

  /** Who takes care of a signal. */
  holder(key: string): string {
    const care = this.store.cares.get(key);
    return care?.free_at && ms(care.free_at) > Date.now() ? care.taken_name : '';
  }

  choose(key: string | null): void {
    if (key && !this.chosen.delete(key)) this.chosen.add(key);
  }

  get fire(): Fire | null {
    return this.store.resolve(this.selected);
  }

  get report(): Report | null {
    return this.selected ? (this.store.reports.get(this.selected) ?? null) : null;
  }

  private besides(panel: Side): string | null {
    return this.side?.panel === panel ? this.side.what : null;
  }

  /** Opening one panel closes the others; closing one leaves the others as they are. */
  private putBeside(panel: Side, what: string | null): void {
    if (what !== null) this.side = { panel, what };
    else if (this.side?.panel === panel) this.side = null;
  }

  /** The heat source that is looked at, or '' for their list. */
  get heat(): string | null {
    return this.besides('heat');
  }
  set heat(what: string | null) {
    this.putBeside('heat', what);
  }

  /** What of the register of forces is looked at: '' is its list, else `unit:` or `base:` and an id. */
  get units(): string | null {
    return this.besides('units');
  }
  set units(what: string | null) {
    this.putBeside('units', what);
  }

  /** The place whose fire danger is looked at, or '' for the region's. */
  get danger(): string | null {
    return this.besides('danger');
  }
  set danger(what: string | null) {
    this.putBeside('danger', what);
  }

  /** The part of command that is looked at: what waits, crews, decisions, regimes. */
  get command(): CommandTab | null {
    return this.besides('command') as CommandTab | null;
  }
  set command(what: CommandTab | null) {
    this.putBeside('command', what);
  }

  select(key: string | null, options: { fly?: boolean; pane?: Pane } = {}): void {
    this.selected = key;
    this.tool = null;
    if (key) this.side = null;
    this.form = null;
    this.error = null;
    const found = this.fire ?? this.report;
    if (found && options.fly) this.target = { point: found.point, at: Date.now() };
    if (key && options.pane) this.pane = options.pane;
    const hash = key ? `#${key}` : ' ';
    if (typeof history !== 'undefined')
      history.replaceState(null, '', hash.trim() || location.pathname + location.search);
  }

  /** Opens a fire wherever it stands: its tab, its row, its card, the map above it. */
  reveal(key: string): void {
    const fire = this.store.resolve(key);
    const group = fire ? groupOf(fire) : 'new';
    this.filter = null;
    if (group) this.tab = group;
    this.select(fire?.id ?? key, { fly: true, pane: 'card' });
  }

  step(order: string[], by: 1 | -1): void {
    if (!order.length) return;
    const at = this.selected ? order.indexOf(this.selected) : -1;
    const next = at < 0 ? (by > 0 ? 0 : order.length - 1) : Math.min(order.length - 1, Math.max(0, at + by));
    this.select(order[next] ?? null, { fly: true });
  }

  fit(): void {
    const fire = this.fire;
    if (fire?.bbox) this.target = { bbox: fire.bbox, at: Date.now() };
    else if (this.report) this.target = { point: this.report.point, zoom: 9, at: Date.now() };
    else this.target = { bbox: this.config.region.bbox, at: Date.now() };
  }

  openCommand(tab: CommandTab | null): void {
    this.command = tab;
    if (tab) this.pane = 'card';
  }

  /** Opens the register of forces, or a thing of it, beside the map. */
  openUnits(what: string): void {
    this.units = what;
    this.pane = 'card';
  }

  /** Looks an hour back, or at today again. */
  togglePast(): void {
    this.pastAt = this.pastAt === null ? this.store.clock - HOUR : null;
  }

  openForm(form: Form): void {
    this.error = null;
    this.form = form;
    if (form) this.pane = 'card';
  }

  say(text: string): void {
    this.notice = text;
    clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => (this.notice = null), NOTICE_MS.plain);
  }

  /** Says what was done, with the way back beside it. */
  offerUndo(text: string, undo: () => void): void {
    this.offer = { text, undo };
    clearTimeout(this.offerTimer);
    this.offerTimer = setTimeout(() => (this.offer = null), NOTICE_MS.undo);
  }

  /** One change under way at a time; a refusal is said in words and leaves the form as it was. */
  async act(change: () => Promise<unknown>, done: () => string): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.error = null;
    try {
      await change();
      await this.refresh();
      this.form = null;
      this.say(done());
      return true;
    } catch (error) {
      this.error = explain(error);
      if (error instanceof ApiError && error.isConflict) await this.refresh();
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** Reads what is chosen again; the live channel brings the same, this only shortens the wait. */
  async refresh(): Promise<void> {
    const { fire, report } = this;
    try {
      if (fire) this.store.putFire(await this.api.fire(fire.id));
      else if (report) this.store.putReport(await this.api.report(report.id));
    } catch {
      // The answer to the change itself is known already.
    }
  }

  register(fire: Fire, note: string): Promise<boolean> {
    return this.act(
      () => this.api.register(fire, note),
      () => t('register.done', { number: this.store.fires.get(fire.id)?.number ?? '' }),
    );
  }

  /** Tells the server, once, that a person could see this signal: the clock's second mark. */
  tellShown(fire: Fire): void {
    if (fire.status !== 'signal' || fire.shown_at || this.toldShown.has(fire.id) || this.store.past) return;
    if (!may('fires_shown') || this.apart?.isMapOnly) return;
    this.toldShown.add(fire.id);
    this.api.shown(fire).then(
      ({ version }) => this.store.noteShown(fire.id, version),
      () => this.toldShown.delete(fire.id),
    );
  }
}
