/** Whether what waits in real life has to break through to somebody who sits in a drill. */
import type { Real } from '../../lib/api-drills';

/** Seconds between two rings while real life waits. */
export const REPEAT_S = 30;

/** What nobody has on a screen, what is addressed to me, who calls for help. */
export const pressing = (now: Real): number => now.unseen + now.alarms + now.distress + now.reports;

export class RealWatch {
  private last = 0;
  private rang = -Infinity;

  /** Whether it has to sound now: more than before, or still waiting after a while. */
  heard(now: Real, at: number): boolean {
    const waits = pressing(now);
    const more = waits > this.last;
    this.last = waits;
    if (!waits || (!more && at - this.rang < REPEAT_S * 1000)) return false;
    this.rang = at;
    return true;
  }
}
