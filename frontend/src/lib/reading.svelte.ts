/** Something that a panel reads from the server: still on its way, there, or failed and to be tried again. */
import { ApiError } from './api';

export interface Reading<T> {
  readonly value: T | null;
  /** Why the last attempt failed; what was read before stays. */
  readonly problem: unknown;
  /** The server does not know this question at all. */
  readonly unknown: boolean;
  again(): void;
}

/**
 * Reads now, and again whenever what `ask` looked at has changed. Called while a component is made;
 * `ask` gives null when there is nothing to ask.
 */
export function reading<T>(ask: () => Promise<T> | null): Reading<T> {
  let value = $state.raw<T | null>(null);
  let problem = $state.raw<unknown>(null);
  let attempt = $state(0);
  $effect(() => {
    void attempt;
    let stale = false;
    ask()?.then(
      (next) => {
        if (stale) return;
        value = next;
        problem = null;
      },
      (error: unknown) => !stale && (problem = error),
    );
    return () => (stale = true);
  });
  return {
    get value() {
      return value;
    },
    get problem() {
      return problem;
    },
    get unknown() {
      return problem instanceof ApiError && problem.status === 404 && !problem.problem?.code;
    },
    again() {
      attempt += 1;
    },
  };
}
