/**
 * The sound of duty: two tones for a new signal, again each half minute while one waits beyond the norm.
 * Browsers allow sound only after a click, so a shift is begun with a button; one tab of a browser leads.
 */
import { clockLeft, isUnaccepted } from '../../lib/fires';
import { t } from '../../lib/i18n.svelte';
import type { Desk } from './desk.svelte';

const REPEAT_MS = 30_000;

export const alarm = $state({ on: false });
let context: AudioContext | null = null;
let leads = false;
let sound: ((context: AudioContext) => void) | null = null;

export function toggleAlarm(): void {
  alarm.on = !alarm.on;
  if (!alarm.on) return;
  context ??= new AudioContext();
  void context.resume();
  void navigator.locks?.request('sylvan.alarm', () => {
    leads = true;
    return new Promise(() => undefined); // held as long as the tab lives
  });
  leads ||= !navigator.locks;
  import('./tones').then(
    (tones) => ((sound = tones.sound), play()),
    () => (alarm.on = false), // whoever hears nothing must not believe that he will
  );
}

function play(): void {
  if (alarm.on && context) sound?.(context);
}

/** Watches the queue from within a component: title, spoken notice, sound. */
export function watchAlarm(desk: Desk): void {
  const known = new Set<string>();
  let primed = false;
  let lastRing = 0;
  const waiting = $derived([...desk.store.live.fires.values()].filter(isUnaccepted));
  const overdue = $derived(
    waiting.some((fire) => (clockLeft(fire, desk.store.clock, desk.config.registration_norm_s) ?? 1) < 0),
  );

  /** A crew calls for help, and nobody has said that he has seen it. */
  const calling = $derived(
    [...desk.store.notices.values()].some(({ theme, state }) => theme === 'sos' && state === 'open'),
  );

  $effect(() => {
    if (!desk.store.loaded) return;
    const fresh = waiting.filter((fire) => !known.has(fire.id));
    for (const fire of fresh) known.add(fire.id);
    if (primed && fresh.length) {
      desk.say(t('queue.arrived', { n: fresh.length }));
      if (leads) play();
      lastRing = Date.now();
    }
    primed = true;
    document.title = waiting.length ? `(${waiting.length}) Sylvan` : 'Sylvan';
  });

  $effect(() => {
    const moment = desk.store.clock;
    if (!moment || !(overdue || calling) || !leads || Date.now() - lastRing < REPEAT_MS) return;
    lastRing = Date.now();
    play();
  });
}
