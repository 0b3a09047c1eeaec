/**
 * One screen in two windows: the map in one, the lists and the card in the other. They follow each other
 * over the browser's own channel, so that neither needs the server for it, and each goes on alone.
 */
import './apart.css';
import { t } from '../../../lib/i18n.svelte';
import type { Action } from '../../../lib/keys';
import type { Desk, View } from '../desk.svelte';
import { apply, stateOf, type Shared } from './shared';

type Side = Exclude<View, 'whole'>;
type Message = { from: string; side: Side } & (
  | { t: 'hello' }
  | { t: 'here'; state: Shared }
  | { t: 'bye' }
  | { t: 'state'; state: Shared }
  | { t: 'look'; target: NonNullable<Desk['target']> }
  | { t: 'key'; action: Action }
);
/** So often it is looked whether a window that was opened has gone without a word, ms. */
const LOOK_MS = 1000;

/** What a key means needs the other window: forms and lists there, the map here. */
const OF_LISTS: Action[] = ['accept', 'reject', 'edit', 'forces', 'choose', 'take', 'undo', 'open', 'close'];
const OF_MAP: Action[] = ['layers', 'measure', 'sheet'];

export class Apart {
  /** Which parts other windows show, by their ids. */
  private others = $state.raw<ReadonlyMap<string, Side>>(new Map());
  readonly isConnected = $derived([...this.others.values()].some((side) => side !== this.side));
  private readonly channel: BroadcastChannel;
  private readonly id = Math.random().toString(36).slice(2);
  /** The last state that was sent or heard, so that nothing is sent back. */
  private last = '';
  private isNew = true;
  private readonly stop: () => void;

  constructor(
    private readonly desk: Desk,
    readonly side: Side,
    /** The window that this one opened, or that opened it. */
    private readonly kin: Window | null,
  ) {
    this.channel = new BroadcastChannel(`sylvan.desk.${desk.api.world}`);
    this.channel.onmessage = ({ data }: MessageEvent<Message>) => this.hear(data);
    addEventListener('pagehide', this.leave);
    addEventListener('pageshow', this.back);
    const timer = setInterval(() => this.kin?.closed && this.others.size && this.lost(), LOOK_MS);
    const effects = $effect.root(() => {
      $effect(() => this.tellState());
      $effect(() => this.tellTarget());
    });
    const { say } = desk.store;
    desk.store.say = (where) => this.isMapOnly || say(where);
    this.stop = () => {
      clearInterval(timer);
      effects();
      desk.store.say = say;
      removeEventListener('pagehide', this.leave);
      removeEventListener('pageshow', this.back);
      this.channel.close();
    };
    this.post({ t: 'hello' });
  }

  /** Whether the card stands in another window: then nobody could see it here. */
  get isMapOnly(): boolean {
    return this.side === 'map' && this.isConnected;
  }

  private post(message: { t: Message['t'] } & Record<string, unknown>): void {
    this.channel.postMessage({ ...message, from: this.id, side: this.side });
  }

  private tellState(): void {
    const state = stateOf(this.desk);
    const text = JSON.stringify(state);
    if (text === this.last) return;
    this.last = text;
    this.post({ t: 'state', state });
  }

  private tellTarget(): void {
    const { target } = this.desk;
    if (target && this.side === 'lists') this.post({ t: 'look', target });
  }

  private follow(state: Shared): void {
    this.isNew = false;
    this.last = JSON.stringify(state);
    apply(this.desk, state);
  }

  private hear(message: Message): void {
    const { from, side } = message;
    if (message.t === 'bye') return this.gone(from);
    if (this.others.get(from) !== side) this.others = new Map(this.others).set(from, side);
    if (message.t === 'hello') this.post({ t: 'here', state: stateOf(this.desk) });
    else if (message.t === 'here' && this.isNew) this.follow(message.state);
    else if (message.t === 'state') this.follow(message.state);
    else if (message.t === 'look' && this.side === 'map') this.desk.target = message.target;
    else if (message.t === 'key' && side !== this.side) this.desk.keys[message.action]?.();
  }

  private gone(from: string): void {
    const others = new Map(this.others);
    if (!others.delete(from)) return;
    this.others = others;
    if (!this.isConnected) this.together();
  }

  private lost(): void {
    this.others = new Map();
    this.together();
  }

  /** This window shows everything again; the other one goes on as it likes. */
  together(): void {
    const { desk } = this;
    this.leave();
    this.stop();
    desk.apart = null;
    desk.view = 'whole';
    desk.queueOpen = true;
    rename('whole');
    desk.say(t('apart.whole'));
  }

  private readonly leave = () => this.post({ t: 'bye' });
  /** A page that comes back from the browser's memory was said to be gone. */
  private readonly back = (event: PageTransitionEvent) => event.persisted && this.post({ t: 'hello' });

  /** Whether a key was handed to the window where its meaning can be seen. */
  passesOn(action: Action): boolean {
    const theirs = this.side === 'map' ? OF_LISTS : OF_MAP;
    if (!this.isConnected || this.desk.tool || !theirs.includes(action)) return false;
    this.post({ t: 'key', action });
    return true;
  }
}

/** The address says which part is shown, so that a reload shows the same. */
function rename(view: View): void {
  const url = new URL(location.href);
  if (view === 'whole') url.searchParams.delete('view');
  else url.searchParams.set('view', view);
  history.replaceState(null, '', url);
}

/** Shows one part in this window, as its address asks for. */
export function begin(desk: Desk, view: string, kin: Window | null = window.opener as Window | null): void {
  if (view === 'units') {
    // Another page leads to the register of forces: once, so that a reload shows what was left.
    rename('whole');
    desk.openUnits('');
    return;
  }
  if (desk.apart || (view !== 'map' && view !== 'lists')) return;
  desk.view = view;
  desk.queueOpen = view === 'lists';
  desk.apart = new Apart(desk, view, kin);
}

/** Puts the map into a window of its own, or makes one screen of what was parted. */
export function apart(desk: Desk): void {
  if (desk.apart) return desk.apart.together();
  const url = new URL(location.href);
  url.searchParams.set('view', 'map');
  const opened = window.open(url, 'sylvan-map', 'popup,width=1200,height=800');
  if (!opened) return desk.say(t('apart.blocked'));
  desk.tool = null;
  begin(desk, 'lists', opened);
  rename('lists');
  desk.say(t('apart.opened'));
}
