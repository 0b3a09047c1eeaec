/** How the facts of a step are asked for. Which ones are needed, the server says with each step. */
import type { Fire, StatusOption } from '../../lib/api-types';

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

/** Who set a field of the record, at which level; a lower one is refused. */
export interface Said {
  name: string;
  value: string;
  by: string | null;
  level: string;
  at: string;
}

export function saidOf(fire: Pick<Fire, 'details'>): Said[] {
  const held = (fire.details.authority ?? {}) as Record<
    string,
    Omit<Said, 'name' | 'value'> & { value: unknown }
  >;
  return Object.entries(held).map(([name, { value, ...who }]) => ({
    name,
    // Of an edge its id is kept, which says nothing to anybody; a yes or no stands in the log.
    value: name !== 'edge' && (typeof value === 'string' || typeof value === 'number') ? String(value) : '',
    ...who,
  }));
}
