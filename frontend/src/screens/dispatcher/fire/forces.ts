/** Words and numbers about forces that the card says in several places. */
import type { Said } from '../../../lib/api-types';
import type { FireSuggestion, GoingUnit, Order } from '../../../lib/engine-types';
import { named, t, term } from '../../../lib/i18n.svelte';
import { age, HOUR } from '../../../lib/time';
import type { Desk } from '../desk.svelte';
import { fireName } from './names';

/** Steps that a dispatcher takes with one press; others ask for a reason. */
export const plainSteps = (order: Order) => order.options.filter(({ needs }) => !needs.length);
export const isOpen = ({ options }: Order) => options.length > 0;
/** A unit that covers a base meanwhile may still be sent. */
export const goesToFire = ({ station }: Order) => !station;

export function unitName(one: Pick<GoingUnit, 'name' | 'unit'>): string {
  return named(one.name) || one.unit;
}

/** Names of all units that a suggestion speaks of, by their codes. */
export function namesOf(told: FireSuggestion | null): Map<string, string> {
  const { units = [], alternatives = [], not_sent = [] } = told?.fire ?? {};
  const all = [...not_sent, ...alternatives.flatMap((one) => one.units), ...units];
  return new Map(all.map((one) => [one.unit, unitName(one)]));
}

/** A base by its name; by its code where the register does not know it. */
export function baseName(desk: Desk, code: string): string {
  const base = [...desk.store.forces.stations.values()].find((one) => one.code === code);
  return (base && named(base.name)) || code;
}

/** A reason that names a fire by its id, with the fire's number instead. */
export function withFires(desk: Desk): (reason: Said) => Said {
  return (reason) => {
    const id = reason.params?.fire;
    const fire = typeof id === 'string' ? desk.store.fires.get(id) : undefined;
    return fire ? { ...reason, params: { ...reason.params, fire: fireName(fire) } } : reason;
  };
}

/** `через 1 ч 50 мин`; a dash where no way is known. */
export function inHours(hours: number | null): string {
  return hours === null ? '–' : t('forces_panel.in', { age: age(hours * HOUR) });
}

/** The essence beside the part's head: how many are there, how many come. */
export function essenceOf(orders: Order[]): string {
  const going = orders.filter(goesToFire);
  const there = going.filter(({ status }) => status === 'arrived').length;
  const coming = going.filter(({ status }) => status === 'ordered' || status === 'departed').length;
  if (!there && !coming) return '';
  return t('forces_panel.essence', { there, coming });
}

export const legWords = (step: string, mode: string) =>
  step === 'ride' || step === 'fly' ? term('travel_mode', mode) : term('travel_step', step);
