/** Whose signal is whose at the desk, and what the journal's actions are called. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Care, JournalLine } from '../../src/lib/engine-types';
import { deed } from '../../src/screens/dispatcher/duty/deeds';
import { aDesk } from './desk';
import { aFire, anEvent, speak } from './helpers';

const care = (changes: Partial<Care> = {}): Care => ({
  kind: 'fire',
  id: 'a',
  version: 1,
  taken_by: 'anna',
  taken_name: 'Anna',
  taken_at: new Date().toISOString(),
  free_at: new Date(Date.now() + 60_000).toISOString(),
  put_off_until: null,
  put_off_by: '',
  note: '',
  ...changes,
});
const line = (action: string, changes: Record<string, unknown> = {}): JournalLine => ({
  id: '1',
  at: '2026-08-14T05:22:00Z',
  by: 'anna',
  name: 'Anna',
  written: false,
  action,
  text: '',
  fire_id: null,
  subject: 'a',
  changes,
});

beforeEach(() => speak('ru'));

describe('a shared queue', () => {
  test('shows whose a signal is until he falls silent', () => {
    const { desk } = aDesk({ fires: [aFire({ id: 'a' }), aFire({ id: 'b' })] });
    desk.store.apply(anEvent(1, 'care.changed', care()));
    expect([desk.holder('a'), desk.holder('b')]).toEqual(['Anna', '']);
    vi.useFakeTimers({ now: Date.now() + 61_000 });
    expect(desk.holder('a')).toBe('');
    vi.useRealTimers();
  });

  test('leaves out what was put off until its moment, and an older word changes nothing', () => {
    const { desk } = aDesk({ fires: [aFire({ id: 'a' }), aFire({ id: 'b' })] });
    const until = new Date(desk.store.clock + 3_600_000).toISOString();
    desk.store.apply(anEvent(1, 'care.changed', care({ version: 2, free_at: null, put_off_until: until })));
    expect(desk.rows('new').map(({ key }) => key)).toEqual(['b']);
    desk.store.apply(anEvent(2, 'care.changed', care()));
    expect(desk.rows('new').map(({ key }) => key)).toEqual(['b']);
    desk.store.clock += 3_600_001;
    expect(desk.rows('new').map(({ key }) => key)).toContain('a');
  });

  test('chooses a signal and lets it go by the same key', () => {
    const { desk } = aDesk({ fires: [aFire({ id: 'a' })] });
    desk.choose('a');
    expect([...desk.chosen]).toEqual(['a']);
    desk.choose('a');
    desk.choose(null);
    expect(desk.chosen.size).toBe(0);
  });
});

describe('the journal', () => {
  test('tells deeds in words, with number and reason, and strange ones as they are', () => {
    expect(deed(line('fire.registered', { number: '2026-7', area: 3 }))).toBe(
      'Пожар зарегистрирован · 2026-7',
    );
    expect(deed(line('fire.contained'))).toBe('Локализован');
    expect(deed(line('something.new'))).toContain('something.new');
  });
});
