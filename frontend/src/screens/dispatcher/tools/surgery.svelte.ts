/** A surgery being prepared on the map: which detections, which other fire, and what would follow. */
import { surgeryApi, type Operation } from '../../../lib/api-surgery';
import { ApiError, explain, newKey } from '../../../lib/api';
import type { Fire, Point } from '../../../lib/api-types';
import type { DetectionKey, SurgeryKind } from '../../../lib/engine-types';
import { distanceKm } from '../../../lib/geo';
import { t } from '../../../lib/i18n.svelte';
import { boxOf } from '../../../lib/shapes';
import { ms } from '../../../lib/time';
import type { Desk, Tool } from '../desk.svelte';
import { fireName } from '../fire/names';
import { undoSurgery } from '../fire/undo';

export type Pick = 'click' | 'lasso';
export type Verdict = 'false' | 'held' | null;
export interface Spot extends DetectionKey {
  point: Point;
  satellite: string;
  frp_mw: number | null;
  verdict: Verdict;
  at: number;
}
/** Detections of one satellite within so short a time that it was one pass. */
export interface PassGroup {
  key: string;
  satellite: string;
  at: number;
  spots: Spot[];
}

/** Other fires that may be meant lie within this distance, km, and so many are offered. */
const NEARBY = { km: 60, most: 8 };
/** A swath takes a satellite less than this over any one fire, ms. */
const PASS_MS = 30 * 60_000;

/** A surgery's own version until somebody takes it back. */
const FIRST = 1;

export function spotsOf(found: GeoJSON.FeatureCollection): Spot[] {
  return found.features.flatMap((feature) => {
    if (feature.geometry.type !== 'Point') return [];
    const told = (feature.properties ?? {}) as Record<string, unknown>;
    const acq_at = String(told.acq_at);
    return [
      {
        key: String(told.key ?? feature.id),
        acq_at,
        point: feature.geometry.coordinates.slice(0, 2) as Point,
        satellite: String(told.satellite ?? ''),
        frp_mw: typeof told.frp_mw === 'number' ? told.frp_mw : null,
        verdict: (told.verdict as Verdict | undefined) ?? null,
        at: ms(acq_at),
      },
    ];
  });
}

/** Newest pass first. */
export function passGroups(spots: Spot[]): PassGroup[] {
  const groups: PassGroup[] = [];
  const open = new Map<string, PassGroup>();
  for (const spot of [...spots].sort((a, b) => a.at - b.at)) {
    const last = open.get(spot.satellite);
    if (last && spot.at - (last.spots.at(-1)?.at ?? 0) <= PASS_MS) {
      last.spots.push(spot);
      continue;
    }
    const group = {
      key: `${spot.satellite} ${spot.at}`,
      satellite: spot.satellite,
      at: spot.at,
      spots: [spot],
    };
    open.set(spot.satellite, group);
    groups.push(group);
  }
  return groups.sort((a, b) => b.at - a.at);
}

export class SurgeryTool implements Tool {
  readonly name = 'surgery';
  readonly fire: Fire;
  readonly kind: SurgeryKind;
  chosen = $state.raw<ReadonlySet<string>>(new Set());
  spots = $state.raw<Spot[] | null>(null);
  other = $state.raw<Fire | null>(null);
  pickBy = $state<Pick>('lasso');
  /** The lasso takes detections in, or lets them go again. */
  takes = $state(true);
  trouble = $state<string | null>(null);
  readonly needsSpots: boolean;
  readonly needsOther: boolean;
  readonly selected = $derived((this.spots ?? []).filter(({ key }) => this.chosen.has(key)));
  readonly groups = $derived(passGroups(this.spots ?? []));
  readonly isReady = $derived.by(() => {
    if (this.needsOther && !this.other) return false;
    return !this.needsSpots || this.selected.length > 0;
  });
  /** One key for one wish: pressed twice after a lost answer, it is still done once. */
  private key = newKey();

  constructor(
    private readonly desk: Desk,
    fire: Fire,
    kind: SurgeryKind,
  ) {
    this.fire = fire;
    this.kind = kind;
    this.needsSpots = kind !== 'merge';
    this.needsOther = kind === 'merge' || kind === 'move';
    void this.load();
  }

  async load(): Promise<void> {
    this.trouble = null;
    try {
      this.spots = spotsOf(await this.desk.api.detections(this.fire.id));
    } catch (error) {
      this.trouble = explain(error);
    }
  }

  /** The fire as it stands now: its version goes with the request. */
  get current(): Fire {
    return this.desk.store.fires.get(this.fire.id) ?? this.fire;
  }

  nearby(): { fire: Fire; km: number }[] {
    return [...this.desk.store.fires.values()]
      .filter(({ id, status }) => id !== this.fire.id && !['merged', 'rejected'].includes(status))
      .map((fire) => ({ fire, km: distanceKm(fire.point, this.fire.point) }))
      .filter(({ km }) => km <= NEARBY.km)
      .sort((a, b) => a.km - b.km)
      .slice(0, NEARBY.most);
  }

  pick(id: string | null): void {
    const fire = this.desk.store.resolve(id);
    if (this.needsOther && fire && fire.id !== this.fire.id) this.join(fire);
  }

  /** The other fire; the map shows both. */
  join(fire: Fire): void {
    this.other = fire;
    const both = [this.fire, fire].flatMap(({ bbox: [w, s, e, n] }): Point[] => [
      [w, s],
      [e, n],
    ]);
    const bbox = boxOf(both);
    if (bbox) this.desk.target = { bbox, at: Date.now() };
  }

  toggle(keys: string[], on = !keys.every((key) => this.chosen.has(key))): void {
    const next = new Set(this.chosen);
    for (const key of keys) {
      if (on) next.add(key);
      else next.delete(key);
    }
    this.chosen = next;
  }

  back(): void {
    if (this.chosen.size) this.chosen = new Set();
    else if (this.other) this.other = null;
    else this.leave();
  }

  leave(): void {
    this.desk.tool = null;
    this.desk.pane = 'card';
  }

  private body(note: string): Operation {
    const detections = this.selected.map(({ key, acq_at }) => ({ key, acq_at }));
    const said = note.trim() ? { note: note.trim() } : {};
    if (this.kind === 'merge') return { other: this.other?.id ?? '', ...said };
    if (this.kind === 'move') return { to: this.other?.id ?? '', detections, ...said };
    return { detections, ...said };
  }

  async confirm(note: string): Promise<void> {
    const { desk } = this;
    if (desk.busy || !this.isReady) return;
    desk.busy = true;
    this.trouble = null;
    try {
      const done = await surgeryApi(desk.api.world).operate(
        this.current,
        this.kind,
        this.body(note),
        this.key,
      );
      const spoken = this.told(done.fires.map(({ id }) => id));
      this.leave();
      await desk.refresh();
      desk.surgeriesAge += 1;
      desk.offerUndo(spoken, () => undoSurgery(desk, { id: done.surgery, version: FIRST }));
    } catch (error) {
      this.trouble = explain(error);
      if (error instanceof ApiError && error.isConflict) await this.reload();
      this.key = error instanceof ApiError ? newKey() : this.key;
    } finally {
      desk.busy = false;
    }
  }

  /** Somebody was first: read the fire and its detections again, keep what is still there to choose. */
  private async reload(): Promise<void> {
    const told = this.trouble;
    await this.desk.refresh();
    await this.load();
    const known = new Set((this.spots ?? []).map(({ key }) => key));
    this.chosen = new Set([...this.chosen].filter((key) => known.has(key)));
    this.trouble = told;
  }

  private told(ids: string[]): string {
    const n = this.selected.length;
    const other = this.other ? fireName(this.other) : '';
    if (this.kind === 'split') {
      const born = ids.find((id) => id !== this.fire.id);
      return t('surgery_panel.done_split', { n, other: born ? fireName({ id: born, number: null }) : '' });
    }
    if (this.kind === 'merge') return t('surgery_panel.done_merge', { other });
    if (this.kind === 'move') return t('surgery_panel.done_move', { n, other });
    return t(this.kind === 'false' ? 'surgery_panel.done_false' : 'surgery_panel.done_unmatch', { n });
  }
}
