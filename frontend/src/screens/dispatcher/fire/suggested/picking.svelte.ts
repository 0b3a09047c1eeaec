/** What a dispatcher makes of a suggestion before it is sent: which plan, which units, what if. */
import { may } from '../../../../lib/may.svelte';
import { explain } from '../../../../lib/api';
import type { Point } from '../../../../lib/api-types';
import type { FireSuggestion, GoingUnit, WhatIf, WhatIfAsked, Wish } from '../../../../lib/engine-types';
import type { Desk } from '../../desk.svelte';
import { ofSuggestion } from './asks';

/** A set of units that can be sent: the plan itself, an alternative, or the answer to a what-if. */
export interface Plan {
  key: 'plan' | Wish | 'what_if';
  units: GoingUnit[];
  contained_h: number | null;
}

/** All plans of a suggestion, without units that are under way already. */
export function plansOf(found: FireSuggestion, under: Set<string>, answer: WhatIf | null): Plan[] {
  const { fire } = found;
  if (!fire) return [];
  const locked = new Set(fire.units.filter(({ role }) => role === 'locked').map(({ unit }) => unit));
  const free = (units: GoingUnit[]) => units.filter(({ unit }) => !locked.has(unit) && !under.has(unit));
  const plans: Plan[] = [
    { key: 'plan', units: free(fire.units), contained_h: fire.expected.hours[1] ?? null },
    ...fire.alternatives.map((one) => ({
      key: one.wish,
      units: free(one.units),
      contained_h: one.contained_h,
    })),
  ];
  if (answer)
    plans.push({
      key: 'what_if',
      units: free(answer.after.units),
      contained_h: answer.after.expected.hours[1] ?? null,
    });
  return plans;
}

const isWindy = (wind: WhatIfAsked['wind']) =>
  typeof wind?.from_deg === 'number' || typeof wind?.km_h === 'number';

export class Picking {
  plan = $state<Plan['key']>('plan');
  /** Units that somebody took out of the plan; the others go. */
  without = $state<string[]>([]);
  isRejecting = $state(false);
  /** The unit about which somebody wants to say a word. */
  about = $state<string | null>(null);
  isAsking = $state(false);
  question = $state.raw<Required<WhatIfAsked>>({
    without: [],
    placed: [],
    wind: { from_deg: null, km_h: null },
  });
  answer = $state.raw<WhatIf | null>(null);
  busy = $state(false);
  problem = $state<string | null>(null);
  /** The unit for which a click on the map names a place. */
  placing = $state<string | null>(null);
  /** Only the answer to the last question counts: one drag follows the other. */
  private turns = 0;
  private readonly toldShown = new Set<number>();

  constructor(
    private readonly desk: Desk,
    private readonly fire: string,
  ) {}

  /** Tells, once, that a suggestion is seen: from then on the time to the decision is measured. */
  seen(suggestion: number): void {
    if (this.toldShown.has(suggestion) || !may('suggestions_shown')) return;
    this.toldShown.add(suggestion);
    ofSuggestion(this.desk.api, this.fire, 'shown', { suggestion }).catch(() =>
      this.toldShown.delete(suggestion),
    );
  }

  toggle(unit: string): void {
    this.without = this.without.includes(unit)
      ? this.without.filter((one) => one !== unit)
      : [...this.without, unit];
  }

  choose(plan: Plan['key']): void {
    this.plan = plan;
    this.without = [];
  }

  /** The next plan, or the one before; round and round. */
  turn(plans: Plan[], by: 1 | -1): void {
    const at = plans.findIndex(({ key }) => key === this.plan);
    const next = plans[(at + by + plans.length) % plans.length];
    if (next) this.choose(next.key);
  }

  /** What if this unit failed? Asked at once, beside what is asked already. */
  ifWithout(unit: string): void {
    this.isAsking = true;
    const { without } = this.question;
    if (!without.includes(unit)) this.question = { ...this.question, without: [...without, unit] };
    void this.ask();
  }

  place(unit: string, point: Point): void {
    this.placing = null;
    const others = this.question.placed.filter((one) => one.unit !== unit);
    this.question = { ...this.question, placed: [...others, { unit, point }] };
    void this.ask();
  }

  /** A unit is thought to stand where it does. */
  putBack(unit: string): void {
    this.question = { ...this.question, placed: this.question.placed.filter((one) => one.unit !== unit) };
    void this.ask();
  }

  putAllBack(): void {
    this.question = { ...this.question, placed: [] };
    void this.ask();
  }

  get isEmpty(): boolean {
    const { without, placed, wind } = this.question;
    return !without.length && !placed.length && !isWindy(wind);
  }

  async ask(): Promise<void> {
    if (this.isEmpty) return this.drop();
    const { without, placed, wind } = this.question;
    const turn = ++this.turns;
    this.busy = true;
    this.problem = null;
    try {
      const asked = { without, placed, wind: isWindy(wind) ? wind : null };
      const answer = await ofSuggestion(this.desk.api, this.fire, 'what-if', asked);
      if (turn === this.turns) this.answer = answer;
    } catch (error) {
      if (turn === this.turns) this.problem = explain(error);
    } finally {
      if (turn === this.turns) this.busy = false;
    }
  }

  /** Forgets the question; nothing of it was kept anywhere. */
  drop(): void {
    this.question = { without: [], placed: [], wind: { from_deg: null, km_h: null } };
    this.answer = this.problem = this.placing = null;
    this.turns += 1;
    this.busy = false;
    if (this.plan === 'what_if') this.choose('plan');
  }

  /** After something was sent or rejected. */
  reset(): void {
    this.drop();
    this.choose('plan');
    this.isRejecting = this.isAsking = false;
    this.about = null;
  }
}
