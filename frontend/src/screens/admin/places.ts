/** How the page of territories finds and words who answers for what. */
import { named, t, term } from '../../lib/i18n.svelte';
import type { Holder, Territories, Territory } from './api';

export const DUTIES = ['register', 'alerts', 'approve'] as const;
export type Duty = (typeof DUTIES)[number];
export const PLACE_LEVELS = ['region', 'municipality', 'district'] as const;
const CONTACT = 'contact:';

/** Names by subject; a named contact stands for itself. */
export function whoIs(told: Territories): (subject: string) => string {
  const names = new Map(told.people.map((one) => [one.subject, one.name || one.subject]));
  return (subject) =>
    subject.startsWith(CONTACT)
      ? t('places.contact', { name: subject.slice(CONTACT.length) })
      : (names.get(subject) ?? subject);
}

/** `Ольга Петрова · диспетчер · Муниципалитет` */
export function described(told: Territories, one: Holder): string {
  const role = named(told.roles[one.role]) || one.role;
  return [one.name || one.subject, role, term('level', one.level)].join(' · ');
}

export const rungs = (codes: string[]) => codes.map((code) => term('rung', code)).join(', ');

/** Territories where a duty is nobody's, by their names. */
export function lacking(told: Territories, duty: Duty): Territory[] {
  return told.places.filter(({ gaps }) => gaps.includes(duty));
}

/** Whether a name, a code or somebody who answers for the place is what is looked for. */
export function fits(told: Territories, place: Territory, words: string): boolean {
  const wanted = words.trim().toLowerCase();
  if (!wanted) return true;
  const own = new Set(place.own);
  const people = told.people.filter(({ subject }) => own.has(subject));
  const texts = [
    place.code,
    place.names.ru,
    place.names.en,
    ...people.flatMap((one) => [one.subject, one.name]),
    ...place.partners.map(({ owner }) => owner),
    ...place.contacts,
  ];
  return texts.some((text) => text?.toLowerCase().includes(wanted));
}
