/** What two windows of one desk have in common; everything else is each window's own. */
import type { Point } from '../../../lib/api-types';
import type { Group } from '../../../lib/fires';
import type { CommandTab, Desk, Filter } from '../desk.svelte';

export interface Shared {
  selected: string | null;
  tab: Group;
  filter: Filter;
  byPriority: boolean;
  pastAt: number | null;
  hindsight: boolean;
  heat: string | null;
  danger: string | null;
  dangerDay: string | null;
  units: string | null;
  command: CommandTab | null;
  pin: Point | null;
}

export function stateOf(desk: Desk): Shared {
  const { selected, tab, filter, byPriority, pastAt, hindsight } = desk;
  const { heat, danger, dangerDay, units, command, pin } = desk;
  return {
    ...{ selected, tab, filter, byPriority, pastAt, hindsight },
    ...{ heat, danger, dangerDay, units, command, pin },
  };
}

/** Brings a desk to what the other window shows; what is equal already is left alone, with its forms. */
export function apply(desk: Desk, state: Shared): void {
  if (desk.selected !== state.selected) desk.select(state.selected);
  desk.tab = state.tab;
  desk.filter = state.filter;
  desk.byPriority = state.byPriority;
  desk.pastAt = state.pastAt;
  desk.hindsight = state.hindsight;
  desk.dangerDay = state.dangerDay;
  desk.pin = state.pin;
  for (const panel of ['heat', 'danger', 'units'] as const)
    if (desk[panel] !== state[panel]) desk[panel] = state[panel];
  if (desk.command !== state.command) desk.command = state.command;
}
