/** How the pages of administration word feeds and find territories. */
import { beforeAll, expect, test } from 'vitest';
import ruAdmin from '@locales/ru/ui_admin.json';
import { useCatalogue } from '../../src/lib/i18n.svelte';
import type { Territories, Territory } from '../../src/screens/admin/api';
import { account, nameOf, whatIs } from '../../src/screens/admin/feeds';
import { fits, lacking, whoIs } from '../../src/screens/admin/places';

beforeAll(() => useCatalogue('ru', ruAdmin));

const place = (code: string, more: Partial<Territory> = {}): Territory => ({
  code,
  level: 'municipality',
  names: { ru: `${code} улус`, en: code },
  judged: true,
  gone: false,
  own: [],
  unable: [],
  able: {},
  gaps: [],
  rungs: [],
  partners: [],
  contacts: [],
  ...more,
});
const told = (...places: Territory[]): Territories => ({
  at: '2026-07-17T05:14:09Z',
  judged: 'municipality',
  people: [
    {
      subject: 'o.petrova',
      name: 'Ольга Петрова',
      role: 'dispatcher',
      level: 'municipality',
      territories: ['gorny'],
      owner: '',
      standing: 'able',
    },
  ],
  roles: {},
  places,
  ladders: [],
  rungs: [],
  neighbours: [],
});

test('a feed is called by its satellite however its source names it, and by its code where nothing is known', () => {
  for (const feed of ['firms-viirs-noaa20-nrt', 'VIIRS_NOAA20_NRT'])
    expect(nameOf({ feed, title: null })).toBe('VIIRS NOAA-20');
  expect(nameOf({ feed: 'camp', title: null })).toBe('camp');
  expect(nameOf({ feed: 'camp', title: { ru: 'Лагерь', en: 'Camp' } })).toBe('Лагерь');
  expect(whatIs({ feed: 'drop', kind: 'drop' })).toContain('папку');
  expect(whatIs({ feed: 'x', kind: 'unheard-of' })).toBe('');
});

test('what became of rows names only what there is', () => {
  expect(account({ rows: 3, accepted: 2, duplicates: 0, rejected: 1 })).toBe(
    '3 строки: принято 2, отклонено 1',
  );
  expect(account({})).toBe('0 строк');
});

test('a territory is found by its name, its people and its partners', () => {
  const gorny = place('gorny', {
    own: ['o.petrova'],
    partners: [{ owner: 'power-grid', things: 2, people: [] }],
  });
  const all = told(gorny, place('suntarsky'));
  for (const words of ['GORNY', 'gorny', 'петрова', 'power-grid', ' '])
    expect(fits(all, gorny, words)).toBe(true);
  expect(fits(all, place('suntarsky'), 'петрова')).toBe(false);
});

test('a duty that nobody has is told by place, contacts by their own names', () => {
  const all = told(place('a', { gaps: ['register'] }), place('b', { gaps: ['alerts'] }), place('c'));
  expect(lacking(all, 'register').map(({ code }) => code)).toEqual(['a']);
  expect(whoIs(all)('o.petrova')).toBe('Ольга Петрова');
  expect(whoIs(all)('contact:duty')).toBe('контакт duty');
  expect(whoIs(all)('gone')).toBe('gone');
});
