/** Everything the screens know of one world, kept current by the live feed. */
import { SvelteMap } from 'svelte/reactivity';
import type { Feed, Fire, ForecastTold, LiveEvent, Proposal, Report, Snapshot, World } from './api-types';
import type { Care, ExposureBrief, Notice } from './engine-types';
import type { Aside, Keeps, Presence, Status, Way } from './feed';
import { ForcesLive } from './forces-live.svelte';
import { ms } from './time';

type Versioned = { id: string; version: number };

/** What was known at an earlier moment of the world's clock, to be looked at instead of today. */
export interface Past {
  at: number;
  fires: ReadonlyMap<string, Fire>;
}
const NOTHING: ReadonlyMap<string, never> = new Map<string, never>();

export class Store {
  /** Grows when fire danger was computed anew. */
  dangerAge = $state(0);
  /** Grows when orders or suggestions of forces have changed. */
  forcesAge = $state(0);
  /** The world as it is now. It goes on being kept current while the past is shown. */
  readonly live = {
    fires: new SvelteMap<string, Fire>(),
    reports: new SvelteMap<string, Report>(),
    proposals: new SvelteMap<string, Proposal>(),
    /** The newest of each fire that burns, by the fire's id. */
    forecasts: new SvelteMap<string, ForecastTold>(),
  };
  /** Grows when crews, decisions or regimes have changed. */
  commandAge = $state(0);
  /** Grows when somebody was told something, or has answered. */
  alertsAge = $state(0);
  /** What holds and asks for a person; those that are over are gone. */
  readonly notices = new SvelteMap<string, Notice>();
  /** Whose signal is whose, and what was put off, by the signal's id. */
  readonly cares = new SvelteMap<string, Care>();
  readonly forces = new ForcesLive();
  readonly feeds = new SvelteMap<string, Feed>();
  /** What each fire threatens, in short. */
  readonly exposures = new SvelteMap<string, ExposureBrief>();
  past = $state.raw<Past | null>(null);
  world = $state.raw<World | null>(null);
  status = $state<Status>('connecting');
  why = $state<string | null>(null);
  way = $state<Way>('socket');
  /** Whether the server can write, and hear of anything new at all. */
  keeps = $state<Keeps>('ok');
  /** Who is at which fire now, and as whom the others see this screen. */
  readonly presence = new SvelteMap<string, Presence>();
  you = $state<string | null>(null);
  /** Tells the others where this screen is. */
  say: (where: { fire: string | null; doing?: string; field?: string | null }) => void = () => {};
  /** Instant of this world's clock, moved by `tick`. */
  clock = $state(Date.now());
  /** Real time of the last event, to tell a quiet line from a dead one. */
  lastEventAt = $state<number | null>(null);
  /** Grows whenever tiles and histogram of detections are out of date. */
  detectionsAge = $state(0);
  layersAge = $state(0);
  loaded = $state(false);
  private base = 0;
  private anchor = 0;

  /** What is looked at: today, or the past. */
  get fires(): ReadonlyMap<string, Fire> {
    return this.past?.fires ?? this.live.fires;
  }

  get reports(): ReadonlyMap<string, Report> {
    return this.past ? NOTHING : this.live.reports;
  }

  get proposals(): ReadonlyMap<string, Proposal> {
    return this.past ? NOTHING : this.live.proposals;
  }

  /** The moment that ages and colours are counted from: the clock, or the moment looked at. */
  get now(): number {
    return this.past?.at ?? this.clock;
  }

  load(snapshot: Snapshot): void {
    this.setWorld(snapshot.world);
    replace(this.live.fires, snapshot.fires, (fire) => fire.id);
    replace(this.live.reports, snapshot.reports, (report) => report.id);
    replace(this.feeds, snapshot.feeds, (feed) => feed.feed);
    replace(this.live.proposals, snapshot.proposals, (proposal) => proposal.id);
    replace(this.exposures, snapshot.exposures ?? [], (one) => one.fire_id);
    replace(this.notices, snapshot.notices ?? [], (one) => one.id);
    replace(this.cares, snapshot.cares, (one) => one.id);
    replace(this.live.forecasts, snapshot.forecasts, (told) => told.fire);
    this.forces.load(snapshot);
    this.detectionsAge += 1;
    this.loaded = true;
  }

  /** What the line says of itself, of the sources' age and of people. */
  tell(frame: Aside): void {
    if (frame.t === 'presence') this.presence.set(frame.fire, frame);
    else if (frame.t === 'hello') {
      this.way = frame.way;
      this.you = frame.you?.who ?? null;
      this.presence.clear();
    } else {
      this.keeps = frame.store ?? 'ok';
      for (const { feed, state, last_data, last_pass } of frame.feeds ?? []) {
        const known = this.feeds.get(feed);
        if (known) this.feeds.set(feed, { ...known, state, last_data, last_pass });
      }
    }
  }

  setWorld(world: World): void {
    this.world = world;
    this.base = ms(world.now);
    this.anchor = performance.now();
    this.tick();
  }

  tick(): void {
    if (this.world) this.clock = this.base + (performance.now() - this.anchor) * this.world.rate;
  }

  apply(event: LiveEvent): void {
    this.lastEventAt = Date.now();
    this.forces.apply(event);
    switch (event.kind) {
      case 'fire.changed':
      case 'fire.merged':
        return this.putFire(event.body as Fire);
      case 'fire.exposure':
      case 'fire.reach': {
        const told = event.body as ExposureBrief;
        this.exposures.set(told.fire_id, told);
        return;
      }
      case 'fire.forecast': {
        const told = event.body as ForecastTold;
        this.live.forecasts.set(told.fire, told);
        return;
      }
      case 'report.changed':
        return putNewer(this.live.reports, event.body as Report);
      case 'proposal.changed':
        return putNewer(this.live.proposals, event.body as Proposal);
      case 'order.changed':
      case 'suggestion.made':
      case 'suggestion.decided':
      case 'constraint.changed':
        this.forcesAge += 1;
        return;
      case 'notice.changed': {
        const told = event.body as Notice;
        if (told.state === 'over') this.notices.delete(told.id);
        else putNewer(this.notices, told);
        this.commandAge += 1;
        return;
      }
      case 'care.changed':
        return putNewer(this.cares, event.body as Care);
      case 'journal.written':
      case 'hand_over.changed':
      case 'unit.check_in':
      case 'control.changed':
      case 'regime.changed':
        this.commandAge += 1;
        return;
      case 'alert.changed':
        this.alertsAge += 1;
        return;
      case 'danger.changed':
        this.dangerAge += 1;
        return;
      case 'feed.changed': {
        const feed = event.body as Feed;
        this.feeds.set(feed.feed, feed);
        return;
      }
      case 'batch.taken':
        this.detectionsAge += 1;
        return;
      case 'world.changed':
        if (isWorld(event.body)) this.setWorld(event.body);
        return;
      case 'layer.changed':
        this.layersAge += 1;
        return;
    }
  }

  /** A fire as the server has just answered or told it; older versions are ignored. */
  putFire(fire: Fire): void {
    putNewer(this.live.fires, fire);
    for (const gone of fire.ids_merged ?? []) {
      const other = this.live.fires.get(gone);
      if (other && other.status !== 'merged') {
        this.live.fires.set(gone, { ...other, status: 'merged', merged_into: fire.id });
      }
    }
  }

  /**
   * Our own "shown" made a new version: a register key pressed before the event arrives must not be
   * refused for it. Anything more than that one step is left to the event.
   */
  noteShown(id: string, version: number): void {
    const fire = this.live.fires.get(id);
    if (!fire || fire.shown_at || version !== fire.version + 1) return;
    this.live.fires.set(id, { ...fire, version, shown_at: new Date(this.clock).toISOString() });
  }

  putReport(report: Report): void {
    putNewer(this.live.reports, report);
  }

  putProposal(proposal: Proposal): void {
    putNewer(this.live.proposals, proposal);
  }

  /** The fire that an id stands for today, through any chain of merges. */
  resolve(id: string | null): Fire | null {
    const seen = new Set<string>();
    let fire = id ? this.fires.get(id) : undefined;
    while (fire?.status === 'merged' && fire.merged_into && !seen.has(fire.id)) {
      seen.add(fire.id);
      fire = this.fires.get(fire.merged_into) ?? fire;
    }
    return fire ?? null;
  }
}

function isWorld(body: unknown): body is World {
  return typeof body === 'object' && body !== null && 'now' in body && 'rate' in body;
}

function replace<T>(map: Map<string, T>, items: T[], key: (item: T) => string): void {
  const fresh = new Set(items.map(key));
  for (const old of [...map.keys()]) if (!fresh.has(old)) map.delete(old);
  for (const item of items) map.set(key(item), item);
}

function putNewer<T extends Versioned>(map: Map<string, T>, item: T): void {
  if (!item?.id) return;
  const known = map.get(item.id);
  if (!known || item.version > known.version) map.set(item.id, item);
}
