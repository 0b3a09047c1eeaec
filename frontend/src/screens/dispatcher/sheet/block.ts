/** The words of a sheet: its title, its mark, and the block with time, author and age of the data. */
import { format, type Notation } from '../../../lib/geo';
import { shortNumber } from '../../../lib/fires';
import { named, t, term } from '../../../lib/i18n.svelte';
import { age, allZones, clock, dayMonthYear, hectares, kilometres, ms, offset } from '../../../lib/time';
import type { Desk } from '../desk.svelte';
import { latestOf, seenAt, titleOf } from '../feeds';

export function titleFor(desk: Desk): string {
  const { fire } = desk;
  const place = named(fire?.address.municipality?.name);
  if (!fire) return t('sheet.of_region', { region: named(desk.config.region.name) });
  const name = fire.number
    ? t('fire.number', { number: shortNumber(fire) })
    : t('fire.signal', { label: shortNumber(fire) });
  return place ? `${name}, ${place}` : name;
}

/** Empty only where the sheet shows the real world as it is now. */
export function markFor(desk: Desk): string {
  const { world, past } = desk.store;
  const marks: string[] = [];
  if (world && world.kind !== 'live')
    marks.push(`${t(`world.${world.kind}`)} «${world.name}»: ${t('world.warning')}`);
  if (past) marks.push(t(desk.hindsight ? 'sheet.past_now' : 'sheet.past_then', { at: instant(past.at) }));
  return marks.join(' · ').toLocaleUpperCase();
}

/** In each zone of the region that has another hour, and in UTC. */
export function instant(at: number): string {
  const hours = new Map(allZones().map((zone) => [offset(at, zone), zone]));
  const local = [...hours].map(([name, zone]) => `${clock(at, zone)} ${name}`).join(', ');
  return `${dayMonthYear(at)}, ${local}, ${clock(at, 'UTC')} UTC`;
}

function dataAge(desk: Desk): string {
  const { store } = desk;
  const [latest] = latestOf([...store.feeds.values()], 1);
  const parts = latest
    ? [t('sheet.data', { feed: titleOf(latest), age: age(store.now - ms(seenAt(latest))) })]
    : [t('sheet.no_data')];
  if (store.status !== 'online' && !store.past) parts.push(t('sheet.offline'));
  return parts.join('. ');
}

/** Head and text, in the order in which they stand on the sheet. */
export function factsFor(
  desk: Desk,
  author: string,
  notation: Notation,
  missing: boolean,
): [string, string][] {
  const { fire, store } = desk;
  const facts: [string, string][] = [
    [t('sheet.made'), instant(store.clock)],
    [t('sheet.author'), author],
    [t('sheet.age'), dataAge(desk)],
  ];
  if (fire) {
    const nearest = fire.address.nearest;
    const from = nearest
      ? `, ${t('fire.from', { d: kilometres(nearest.distance_km), name: named(nearest.name) })}`
      : '';
    facts.push(
      [
        t('sheet.fire'),
        `${fire.number ? `№ ${fire.number}` : t('sheet.no_number')}, ${term('status', fire.status)}, ${hectares(fire.area_ha)}`,
      ],
      [t('sheet.where'), `${format(fire.point, notation)}${from}`],
    );
  }
  if (missing) facts.push([t('sheet.gaps'), t('sheet.missing')]);
  return facts;
}
