import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { named, number, said, t, term, useCatalogue } from '../../src/lib/i18n.svelte';
import { ApiError, explain } from '../../src/lib/api';
import { catalogue, speak } from './helpers';

type Entry = string | Record<string, string>;
const ROOT = '../sylvan/locales';
const files = readdirSync(`${ROOT}/ru`).filter((name) => name.endsWith('.json'));
const read = (lang: string, file: string): Record<string, Entry> =>
  JSON.parse(readFileSync(`${ROOT}/${lang}/${file}`, 'utf8'));
const blanks = (entry: Entry) =>
  [
    ...new Set((typeof entry === 'string' ? entry : Object.values(entry).join(' ')).match(/\{\w+\}/g) ?? []),
  ].sort();

afterEach(() => speak('ru'));

describe.each(files)('catalogue %s', (file) => {
  const ru = read('ru', file);
  const en = read('en', file);

  test('both languages have the same keys', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(ru).sort());
  });

  test('both languages fill the same blanks', () => {
    for (const key of Object.keys(ru)) {
      expect([key, blanks(en[key] ?? '')]).toEqual([key, blanks(ru[key] ?? '')]);
    }
  });

  test('each counted text has all the forms of its language', () => {
    for (const [lang, texts] of [['ru', ru] as const, ['en', en] as const]) {
      const forms = new Intl.PluralRules(lang).resolvedOptions().pluralCategories.slice().sort();
      for (const [key, entry] of Object.entries(texts)) {
        if (typeof entry !== 'string') expect([key, Object.keys(entry).sort()]).toEqual([key, forms]);
      }
    }
  });
});

test('no key stands in two files', () => {
  const keys = files.flatMap((file) => Object.keys(read('ru', file)));
  expect(new Set(keys).size).toBe(keys.length);
});

test('every key that the screens use exists', () => {
  const known = new Set(Object.keys(catalogue('ru')));
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(svelte|ts)$/.test(name),
  );
  const used = sources.flatMap((name) =>
    [...readFileSync(`src/${name}`, 'utf8').matchAll(/\bt\(\s*'([\w.-]+)'/g)].map(([, key]) => key ?? ''),
  );
  expect(used.length).toBeGreaterThan(100);
  expect(used.filter((key) => !known.has(key))).toEqual([]);
});

describe('texts', () => {
  test('Russian counts as Russians do', () => {
    speak('ru');
    const words = [1, 2, 5, 11, 21, 104].map((n) => t('queue.waiting', { n }));
    expect(words).toEqual(['1 новый', '2 новых', '5 новых', '11 новых', '21 новый', '104 новых']);
  });

  test('a counted text without n counts by the first number that it names', () => {
    const forms = {
      one: 'кадр {frames}',
      few: 'кадра {frames}',
      many: 'кадров {frames}',
      other: 'кадра {frames}',
    };
    useCatalogue('ru', { seen: forms });
    expect(said({ code: 'seen', params: { weight: 5, frames: 1 } })).toBe('кадр 1');
  });

  test('an unknown code is shown, not hidden', () => {
    speak('ru');
    expect(said({ code: 'reason.of.tomorrow', params: {} })).toBe('reason.of.tomorrow');
    expect(term('status', 'teleported')).toBe('teleported');
  });

  test('a missing blank stays visible', () => {
    useCatalogue('en', { 'a.b': 'value {x}' });
    expect(said({ code: 'a.b' })).toBe('value {x}');
  });

  test('codes inside refusals are spoken in words', () => {
    speak('ru');
    const refused = new ApiError(409, {
      type: 'urn:sylvan:fire:no_such_step',
      title: 'fire.no_such_step',
      status: 409,
      code: 'fire.no_such_step',
      params: { from: 'out', to: 'dispatched', allowed: 'fighting, merged' },
    });
    const words = explain(refused);
    expect(words).toContain(term('status', 'out'));
    expect(words).toContain(term('status', 'fighting'));
    expect(words).not.toMatch(/dispatched|fighting/);
  });

  test('a conflict says who changed what', () => {
    speak('en');
    const words = explain(
      new ApiError(409, {
        type: 'urn:sylvan:problem:stale_version',
        title: 'problem.stale_version',
        status: 409,
        code: 'problem.stale_version',
        params: { by: 'A. Petrova', action: 'fire.registered', at: '2026-08-14T05:00:00Z', fields: 'status' },
      }),
    );
    expect(words).toContain('A. Petrova');
  });

  test('wrong fields are named one by one', () => {
    speak('ru');
    const words = explain(
      new ApiError(422, {
        type: 'urn:sylvan:problem:invalid',
        title: 'problem.invalid',
        status: 422,
        code: 'problem.invalid',
        params: { count: 1 },
        errors: [{ field: 'commander', code: 'field.required' }],
      }),
    );
    expect(words).toContain('Руководитель тушения: Заполните поле');
  });

  test('no answer at all is told apart from a refusal', () => {
    speak('ru');
    expect(explain(new TypeError('failed to fetch'))).toBe(t('error.no_connection'));
  });

  test('numbers and names follow the language', () => {
    speak('ru');
    expect(number(16373.4, 1)).toBe('16\u00a0373,4');
    expect(named({ ru: 'Якутск', en: 'Yakutsk' })).toBe('Якутск');
    speak('en');
    expect(number(16373.4, 1)).toBe('16,373.4');
    expect(named({ ru: 'Якутск', en: 'Yakutsk' })).toBe('Yakutsk');
    expect(named({ ru: 'Тикси' })).toBe('Тикси');
  });
});
