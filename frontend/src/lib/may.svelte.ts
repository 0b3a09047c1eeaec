/**
 * What whoever looks may ask of the server, so that a screen neither asks nor offers what is refused.
 * Until it is told everything may be tried: the server decides in any case.
 */
import { request } from './api';
import type { components, operations } from './schema';

type Told = Pick<components['schemas']['Me'], 'operations' | 'but'>;
export type Operation = keyof operations;

let told = $state.raw<Told>({ operations: ['*'], but: [] });

/** `*` stands for any part of a name, as in `alerts/rights.yaml`. */
function fits(name: string, patterns: string[]): boolean {
  return patterns.some((one) =>
    new RegExp(`^${one.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name),
  );
}

/** Whether at least one of these operations is open. */
export const may = (...names: Operation[]): boolean =>
  names.some((name) => fits(name, told.operations) && !fits(name, told.but));

/** Asks what `ask` says where it is open, and nothing elsewhere. */
export const ifMay = <T>(name: Operation, ask: () => Promise<T> | null): Promise<T> | null =>
  may(name) ? ask() : null;

export function mayNow(me: Told): void {
  told = me;
}

/** Reads it; a server that does not answer leaves everything to be tried. */
export const learn = (): Promise<void> => request<Told>('/account/me').then(mayNow, () => undefined);
