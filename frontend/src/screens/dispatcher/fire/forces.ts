/** Words and numbers about forces that the card says in several places. */
import type { Order, SuggestedUnit } from '../../../lib/engine-types';
import { named, t, term } from '../../../lib/i18n.svelte';
import { age, HOUR } from '../../../lib/time';

/** Steps that a dispatcher takes with one press; others ask for a reason. */
export const plainSteps = (order: Order) => order.options.filter(({ needs }) => !needs.length);
export const isOpen = ({ options }: Order) => options.length > 0;

export function unitName(one: SuggestedUnit): string {
  return named(one.name) || one.unit;
}

/** `через 1 ч 50 мин`; a dash where no way is known. */
export function inHours(hours: number | null): string {
  return hours === null ? '–' : t('forces_panel.in', { age: age(hours * HOUR) });
}

/** The essence beside the part's head: how many are there, how many come. */
export function essenceOf(orders: Order[]): string {
  const there = orders.filter(({ status }) => status === 'arrived').length;
  const coming = orders.filter(({ status }) => status === 'ordered' || status === 'departed').length;
  if (!there && !coming) return '';
  return t('forces_panel.essence', { there, coming });
}

export const legWords = (step: string, mode: string) =>
  step === 'ride' || step === 'fly' ? term('travel_mode', mode) : term('travel_step', step);
