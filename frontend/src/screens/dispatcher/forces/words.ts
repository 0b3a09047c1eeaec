/** Words about units and bases that map, list and cards say alike. */
import type { Fire, Point } from '../../../lib/api-types';
import type { ForceNorms, Station, Unit } from '../../../lib/engine-types';
import type { LiveOrder } from '../../../lib/forces-live.svelte';
import { named, number, t, term } from '../../../lib/i18n.svelte';
import { age, clock, HOUR, MINUTE, ms } from '../../../lib/time';
import { dueAt, stateOf, type Scene, type Where } from '../../../map/force-features';
import type { Desk } from '../desk.svelte';

export const nameOf = (thing: Pick<Unit | Station, 'name' | 'code'>) => named(thing.name) || thing.code;

/** Minutes after which a report of a kind says little, once the norms are read. */
export function staleOf(norms: ForceNorms | null): (kind: string) => number | null {
  const told = new Map(norms?.kinds.map(({ kind, stale_min }) => [kind as string, stale_min]));
  return (kind) => told.get(kind) ?? null;
}

export function fireOf(desk: Desk, id: string | null): Fire | null {
  return desk.store.resolve(id);
}
export const firePoint = (desk: Desk, id: string): Point | null => fireOf(desk, id)?.point ?? null;

/** `измерено 4 мин назад`, `оценка по пути`, `на базе, сообщений нет`. */
export function placeText({ known, at }: Where, now: number): string {
  const ago = at === null ? '' : age(Math.max(0, now - at));
  if (known === 'estimated')
    return at === null ? t('units.estimated') : t('units.estimated_after', { age: ago });
  if (known === 'assumed') return t('units.assumed');
  return t(known === 'stale' ? 'units.stale' : 'units.measured', { age: ago });
}

/** How much of its shift is left, or until when it rests. */
export function dutyText({ duty }: Pick<Unit, 'duty'>): string {
  if (duty.state === 'resting' && duty.rested_at)
    return t('units.rests_until', { at: clock(duty.rested_at) });
  if (duty.hours_left <= 0) return t('units.over', { age: age(-duty.hours_left * HOUR) });
  return t('units.hours_left', { h: number(duty.hours_left, 1) });
}

/** `придёт 14:20, через 40 мин`; empty where nobody expects it. */
export function dueText(unit: Unit, scene: Pick<Scene, 'orders' | 'ways' | 'now'>): string {
  const due = dueAt(unit, scene);
  if (due === null) return '';
  const left = due - scene.now;
  return left >= MINUTE
    ? t('units.due', { at: clock(due), age: age(left) })
    : t('units.overdue', { at: clock(due), age: age(Math.max(0, -left)) });
}

export const orderText = (order: LiveOrder) => {
  const last = order.stamps.at(-1);
  return last
    ? `${term('order_status', order.status)} ${clock(ms(last.at))}`
    : term('order_status', order.status);
};

/** Free units first, then those at work, then those that rest; by name among equals. */
const RANK = ['free', 'ordered', 'moving', 'working', 'idle'];
export const byState = (a: Unit, b: Unit) =>
  RANK.indexOf(stateOf(a)) - RANK.indexOf(stateOf(b)) || nameOf(a).localeCompare(nameOf(b));
