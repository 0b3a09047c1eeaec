/** Which alerts are new to this screen, and whether it has to sound. */
import type { Alert, Inbox } from './post';

/** Seconds between two rings while an alarm waits for an answer. */
export const REPEAT_S = 30;

export class Watch {
  private readonly known = new Set<string>();
  private primed = false;
  private rang = 0;

  /** Whether it has to sound now: something new that asks or alarms, or an alarm still unanswered. */
  heard(inbox: Inbox, now: number): boolean {
    const fresh = inbox.alerts.filter((one) => !this.known.has(one.id));
    for (const one of fresh) this.known.add(one.id);
    const loud = this.primed ? fresh.some(isLoud) : inbox.alerts.some(isPressing);
    this.primed = true;
    const again = inbox.alerts.some(isPressing) && now - this.rang >= REPEAT_S * 1000;
    if (!loud && !again) return false;
    this.rang = now;
    return true;
  }
}

/** What breaks the silence when it comes. */
export const isLoud = (one: Alert): boolean => one.asks || one.grade === 'alarm';
/** What goes on sounding. */
export const isPressing = (one: Alert): boolean => one.asks && one.grade === 'alarm';
