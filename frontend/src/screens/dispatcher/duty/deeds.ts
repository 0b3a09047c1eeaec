/** What the audit calls an action, in a reader's words. Pure. */
import type { JournalLine } from '../../../lib/engine-types';
import { knows, said, t, term } from '../../../lib/i18n.svelte';

/** Facts of a deed that a reader wants beside it, in this order. */
const TOLD = ['number', 'reason', 'unit', 'note'] as const;

export function deed(line: JournalLine): string {
  const [what = '', step = ''] = line.action.split(/\.(.*)/s);
  const changes = line.changes as Record<string, unknown>;
  const code = `deed.${line.action}`;
  const status = what === 'fire' && knows(`status.${step}`) ? term('status', step) : null;
  const words = knows(code) ? said({ code }) : (status ?? t('deed.other', { action: line.action }));
  const facts = TOLD.map((name) => changes[name]).filter((fact) => typeof fact === 'string' && fact);
  return [words, ...facts].join(' · ');
}
