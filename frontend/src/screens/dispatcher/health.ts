/** How figures of the system's parts are written, and in which order the ladder goes down. */
import type { Health, HealthPart } from '../../lib/engine-types';
import { number, term } from '../../lib/i18n.svelte';
import { age, SECOND, stamp } from '../../lib/time';

export const RUNGS: readonly Health['rung'][] = ['whole', 'feeds_late', 'read_only', 'no_live', 'offline'];
export const SIGNS: Record<HealthPart['state'], string> = { ok: '✓', late: '!', failing: '✕', never: '–' };
export const TAGS: Record<HealthPart['state'], string> = {
  ok: 'ok',
  late: 'warn',
  failing: 'danger',
  never: '',
};

/** A figure by what its name says that it is: an age, a moment, a share, a span, a count. */
export function figure(name: string, value: number | string | null): string {
  if (value === null) return '–';
  if (typeof value === 'string') return name.endsWith('_at') ? stamp(value) : value;
  if (name.endsWith('_age_s')) return age(value * SECOND);
  if (name.endsWith('_ratio')) return `${number(value * 100, 2)} %`;
  return number(value, Number.isInteger(value) ? 0 : 1);
}

/** What a part is called: the list's word, and which feed of which world. */
export function titleOf(part: HealthPart): string {
  const own = [part.name, part.world && part.world !== 'live' ? part.world : ''].filter(Boolean).join(' · ');
  return [term('health_part', part.part), own].filter(Boolean).join(': ');
}

/** The worst first; of equals as the server told them. */
export function ordered(parts: readonly HealthPart[]): HealthPart[] {
  const rank = { failing: 0, late: 1, ok: 2, never: 3 };
  return [...parts].sort((a, b) => rank[a.state] - rank[b.state]);
}
