/** How the facts of a step are asked for. Which ones are needed, the server says with each step. */
import type { StatusOption } from '../../lib/api-types';

export type FactKind = 'text' | 'number' | 'date' | 'confirm';
export interface Fact {
  name: string;
  kind: FactKind;
}

const KINDS: Record<string, FactKind> = { final_area_ha: 'number', decision_date: 'date' };

export function factsFor(option: StatusOption | undefined): Fact[] {
  if (!option) return [];
  const facts = option.needs.map((name): Fact => ({ name, kind: KINDS[name] ?? 'text' }));
  // Its guard wants more than the named facts: a person's word that nobody is in danger.
  if (option.status === 'suspended') facts.push({ name: 'threat', kind: 'confirm' });
  return facts;
}
