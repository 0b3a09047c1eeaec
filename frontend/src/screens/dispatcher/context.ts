/** Hands the desk to the panels without passing it through each of them. */
import { getContext, setContext } from 'svelte';
import type { Desk } from './desk.svelte';

export const DESK = Symbol('desk');

export function provideDesk(desk: Desk): Desk {
  return setContext(DESK, desk);
}

export function useDesk(): Desk {
  return getContext<Desk>(DESK);
}
