/** The state of the system as an administrator meets it: well, behind, refused, without a line. */
import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { api, ApiError } from '../../src/lib/api';
import type { Health } from '../../src/lib/engine-types';
import { setZones } from '../../src/lib/time';
import { DESK } from '../../src/screens/dispatcher/context';
import type { Desk } from '../../src/screens/dispatcher/desk.svelte';
import { figure, ordered } from '../../src/screens/dispatcher/health';
import HealthPanel from '../../src/screens/dispatcher/HealthPanel.svelte';
import { saidOf } from '../../src/screens/dispatcher/status-facts';
import { aDesk } from './desk';
import { aFire, speak } from './helpers';

const part = (name: string, more: Partial<Health['parts'][number]> = {}): Health['parts'][number] => ({
  part: name,
  name: '',
  world: '',
  state: 'ok',
  reason: null,
  facts: {},
  ...more,
});
const LATE: Health = {
  at: '2026-08-14T05:22:00Z',
  rung: 'feeds_late',
  parts: [
    part('database', { facts: { answers_ms: 8.4 } }),
    part('grouping', {
      state: 'late',
      reason: { code: 'health.ungrouped', params: { n: 7 } },
      facts: { waiting: 7 },
    }),
    part('feed', { name: 'firms-noaa20', world: 'live', state: 'failing', facts: { data_age_s: 25_200 } }),
  ],
  queues: { events: 0, ungrouped: 7 },
};
let desk: Desk;
const open = () => render(HealthPanel, { context: new Map([[DESK, desk]]) });

beforeEach(() => {
  speak('ru');
  setZones(['Asia/Yakutsk']);
  ({ desk } = aDesk());
  desk.dialog = 'health';
});
afterEach(() => vi.restoreAllMocks());

describe('health panel', () => {
  test('the rung is told by word and mark, the worst part stands first, its reason in words', async () => {
    vi.spyOn(api, 'health').mockResolvedValue(LATE);
    open();
    const rung = await screen.findByText('Опаздывают источники');
    expect(rung.closest('li')?.getAttribute('aria-current')).toBe('step');
    const parts = [...document.querySelectorAll('.parts li')];
    expect(parts[0]?.textContent).toContain('Источник: firms-noaa20');
    expect(parts[0]?.textContent).toContain('сбой');
    expect(screen.getByText('Термоточек ждут привязки к пожарам: 7')).toBeTruthy();
    expect(within(document.querySelector('.queues') as HTMLElement).getByText('7')).toBeTruthy();
  });

  test('a role without it is told so, and nothing is invented', async () => {
    const problem = {
      type: 'urn:sylvan:problem:problem.role',
      title: 'problem.role',
      status: 403,
      code: 'problem.role',
      params: { role: 'dispatcher', operation: 'health_overview' },
    };
    vi.spyOn(api, 'health').mockRejectedValue(new ApiError(403, problem));
    open();
    expect((await screen.findByRole('alert')).textContent).toContain('health_overview');
    expect(document.querySelector('.ladder')).toBeNull();
  });

  test('without a line the last rung is shown, with what was known last', async () => {
    const asked = vi.spyOn(api, 'health').mockResolvedValueOnce(LATE).mockRejectedValue(new TypeError('net'));
    open();
    await screen.findByText('Опаздывают источники');
    await fireEvent.click(screen.getByRole('button', { name: 'Обновить' }));
    await waitFor(() =>
      expect(screen.getByText('Нет связи').closest('li')?.getAttribute('aria-current')).toBe('step'),
    );
    expect(screen.getByText(/Источник: firms-noaa20/)).toBeTruthy();
    expect(asked).toHaveBeenCalledTimes(2);
  });

  test('both languages have every word', async () => {
    speak('en');
    vi.spyOn(api, 'health').mockResolvedValue(LATE);
    open();
    await screen.findByText('Sources are late');
    expect(document.body.textContent).not.toMatch(/health_(part|fact|state|queue)/);
  });

  test('figures are written by what they are', () => {
    expect(figure('reject_ratio', 0.0004)).toContain('0,04');
    expect(figure('signed_at', null)).toBe('–');
    expect(figure('data_age_s', 7200)).toMatch(/2/);
    expect(ordered(LATE.parts).map((one) => one.state)).toEqual(['failing', 'late', 'ok']);
  });
});

test('who set a field is told with its value, of an edge without its id', () => {
  const who = { by: 'petrova', level: 'region', at: '2026-08-14T05:22:00Z' };
  const details = { authority: { commander: { value: 'Иванов', ...who }, edge: { value: 'id', ...who } } };
  expect(saidOf(aFire({ details }))).toEqual([
    { name: 'commander', value: 'Иванов', ...who },
    { name: 'edge', value: '', ...who },
  ]);
  expect(saidOf(aFire({ details: {} }))).toEqual([]);
});
