/** Which facts a step in a fire's life asks for. The server's guards decide; this only draws the form. */
import type { FireStatus } from '../../lib/api-types';

export type FactKind = 'text' | 'number' | 'date' | 'confirm';
export interface Fact {
  name: string;
  kind: FactKind;
}

const text = (name: string): Fact => ({ name, kind: 'text' });
const RESUMED_FROM: FireStatus[] = ['contained', 'mopup', 'out', 'suspended'];

const FACTS: Partial<Record<FireStatus, Fact[]>> = {
  signal: [text('reopen_reason')],
  registered: [text('return_reason')],
  dispatched: [text('forces')],
  fighting: [text('commander')],
  contained: [text('commander')],
  out: [{ name: 'final_area_ha', kind: 'number' }, text('cause')],
  suspended: [
    text('decision_number'),
    { name: 'decision_date', kind: 'date' },
    text('decision_basis'),
    { name: 'threat', kind: 'confirm' },
  ],
  transferred: [text('transferred_to')],
};

export function factsFor(from: FireStatus, to: FireStatus): Fact[] {
  if (to === 'fighting' && RESUMED_FROM.includes(from)) return [text('resume_reason')];
  return FACTS[to] ?? [];
}
