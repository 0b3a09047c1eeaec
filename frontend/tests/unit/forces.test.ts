/** The part of a card that says who comes: sent with what is ticked, stepped with what is asked. */
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, test } from 'vitest';
import type { FireSuggestion, Order } from '../../src/lib/engine-types';
import type { Reading } from '../../src/lib/reading.svelte';
import { setZones } from '../../src/lib/time';
import { DESK } from '../../src/screens/dispatcher/context';
import type { Desk } from '../../src/screens/dispatcher/desk.svelte';
import Forces from '../../src/screens/dispatcher/fire/Forces.svelte';
import { essenceOf } from '../../src/screens/dispatcher/fire/forces';
import { aDesk, type Server } from './desk';
import { aFire, speak } from './helpers';

let server: Server;
let desk: Desk;
const fire = aFire({ status: 'registered', number: 'SAK-2026-214' });
const coded = { code: 'dispatch.role_package', params: {} };

function aUnit(unit: string, changes: object = {}) {
  return {
    unit,
    kind: 'helitack',
    name: null,
    base: 'air',
    role: 'package',
    arrive_h: 1.5,
    eta_at: '2026-08-14T07:00:00Z',
    worth_ha: 10,
    reason: coded,
    legs: [{ step: 'fly', mode: 'rappel', km: 200, hours: 1, reasons: [], line: [] }],
    assumed: [],
    ...changes,
  };
}

function suggested(units: object[], changes: object = {}, around: object = {}): FireSuggestion {
  return {
    number: 7,
    at: '2026-08-14T05:20:00Z',
    stale: false,
    gap: 0.09,
    decision: null,
    constraints: [],
    bared: [],
    fire: {
      fire_id: fire.id,
      tier: 'a',
      fought: true,
      contained_h: 12,
      units,
      short: [],
      alternatives: [],
      not_sent: [],
      pins: [],
      expected: { contained: true, hours: [8, 12, null], area_ha: 60, protect: [], reasons: [] },
      assumed: [],
      ...changes,
    },
    ...around,
  } as unknown as FireSuggestion;
}

function anOrder(changes: object = {}): Order {
  return {
    id: 'o1',
    version: 3,
    fire_id: fire.id,
    unit: 'helitack-1',
    station: null,
    rung: 'station',
    status: 'ordered',
    eta_at: '2026-08-14T05:00:00Z',
    eta_hi_at: null,
    suggestion: 7,
    task: '',
    stamps: [],
    reasons: [],
    options: [
      { status: 'departed', needs: [] },
      { status: 'cancelled', needs: ['reason'] },
    ],
    waiting: null,
    ...changes,
  } as unknown as Order;
}

const told = <T>(value: T): Reading<T> => ({
  value,
  problem: null,
  unknown: false,
  again: () => undefined,
});

function show(suggestion: FireSuggestion, orders: Order[] = [], of = fire): void {
  ({ desk, server } = aDesk({ fires: [of] }));
  desk.select(of.id);
  const props = { fire: of, suggestion: told(suggestion), orders: told(orders) };
  render(Forces, { props, context: new Map([[DESK, desk]]) });
}

beforeEach(() => {
  speak('ru');
  setZones(['Asia/Yakutsk']);
});

test('what is ticked is sent, with the number of the suggestion', async () => {
  show(suggested([aUnit('helitack-1'), aUnit('helitack-2')]));
  await fireEvent.click(screen.getByRole('checkbox', { name: /helitack-2/ }));
  await fireEvent.click(screen.getByRole('button', { name: /Направить: 1/ }));
  await waitFor(() => expect(server.sendUnits).toHaveBeenCalledOnce());
  const [id, body] = server.sendUnits.mock.calls[0] ?? [];
  expect(id).toBe(fire.id);
  expect(body).toMatchObject({ suggestion: 7, units: [{ unit: 'helitack-1', rung: 'station' }] });
});

test('a unit that is under way already is shown and not sent again', async () => {
  show(suggested([aUnit('helitack-1', { role: 'locked' })]));
  const box = screen.getByRole('checkbox', { name: /helitack-1/ });
  expect(box).toHaveProperty('disabled', true);
  expect(screen.queryByRole('button', { name: /Направить/ })).toBeNull();
});

test('a plain step goes at once, one with a reason asks for it first', async () => {
  show(suggested([]), [anOrder()]);
  await fireEvent.click(screen.getByRole('button', { name: 'Вышли' }));
  await waitFor(() => expect(server.stepOrder).toHaveBeenCalledWith(anOrder(), 'departed', ''));
  await fireEvent.click(screen.getByRole('button', { name: 'Отменить…' }));
  await fireEvent.input(screen.getByLabelText('Причина'), { target: { value: 'потушен' } });
  await fireEvent.click(screen.getByRole('button', { name: 'Отменить' }));
  await waitFor(() => expect(server.stepOrder).toHaveBeenLastCalledWith(anOrder(), 'cancelled', 'потушен'));
});

test('orders are told by the names of their units where these are known', () => {
  const named = aUnit('helitack-1', { name: { ru: 'Десант 1', en: 'Helitack 1' }, role: 'locked' });
  show(suggested([named]), [anOrder(), anOrder({ id: 'o2', unit: 'boat-9' })]);
  expect(screen.getAllByText('Десант 1').length).toBe(2);
  expect(screen.getByText('boat-9')).toBeTruthy();
});

test('a unit that should be there by now is told as late', () => {
  show(suggested([]), [anOrder()]);
  expect(screen.getByText(/опаздывает/)).toBeTruthy();
});

test('what cannot be contained says so, names whom to ask and what to protect', () => {
  show(
    suggested([], {
      short: [{ reason: coded, ask: 'group' }],
      expected: {
        contained: false,
        hours: [null, null, null],
        area_ha: null,
        protect: [{ id: 's/1', name: 'Хатассы', reached_h: 5 }],
        reasons: [],
      },
    }),
  );
  expect(screen.getByText('Этими силами не локализовать')).toBeTruthy();
  expect(screen.getByText(/запросить: группа районов/)).toBeTruthy();
  expect(screen.getByText(/Хатассы/)).toBeTruthy();
});

const about = `/fires/${fire.id}/suggestion`;
const faster = { wish: 'faster', units: [aUnit('boat-3')], arrive_h: 1, contained_h: 8 };

test('another plan is chosen with an arrow from the button that sends it, and goes by its wish', async () => {
  show(suggested([aUnit('helitack-1')], { alternatives: [faster] }));
  await fireEvent.keyDown(screen.getByRole('button', { name: /Направить: 1/ }), { key: 'ArrowRight' });
  expect(screen.getByRole('button', { name: /Быстрее/ }).getAttribute('aria-pressed')).toBe('true');
  expect(screen.getByRole('checkbox', { name: /boat-3/ })).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: /Направить: 1/ }));
  await waitFor(() => expect(server.sendUnits).toHaveBeenCalledOnce());
  const [, body] = server.sendUnits.mock.calls[0] ?? [];
  expect(body).toMatchObject({ suggestion: 7, wish: 'faster', units: [{ unit: 'boat-3' }] });
});

test('a rejection asks for its reason and says which suggestion it is about', async () => {
  show(suggested([aUnit('helitack-1')]));
  await fireEvent.click(screen.getByRole('button', { name: 'Отклонить…' }));
  await fireEvent.click(screen.getByRole('radio', { name: 'Есть другой план' }));
  await fireEvent.submit(screen.getByRole('radio', { name: 'Другое' }).closest('form') as HTMLFormElement);
  const body = { suggestion: 7, why: 'own_plan', note: '' };
  await waitFor(() => expect(server.post).toHaveBeenCalledWith(`${about}/reject`, body));
});

test('what was rejected says so, by whom and why, for as long as the same is suggested', () => {
  const decision = {
    verdict: 'rejected',
    why: 'own_plan',
    note: '',
    by: 'local',
    at: '2026-08-14T05:21:00Z',
  };
  show(suggested([aUnit('helitack-1')], {}, { decision: { ...decision, same: true } }));
  expect(screen.getByText('Отклонено:').closest('p')?.textContent).toMatch(/Есть другой план.*диспетчер/);
});

test('a suggestion that is on the screen is told as shown, once', () => {
  show(suggested([aUnit('helitack-1')]));
  expect(server.post.mock.calls).toEqual([[`${about}/shown`, { suggestion: 7 }]]);
});

const expected = { contained: true, hours: [8, 12, null], area_ha: 60, protect: [], reasons: [] };
const answered = {
  number: 7,
  fire_id: fire.id,
  before: { tier: 'c', contained_h: 12, expected },
  after: {
    tier: 'a',
    contained_h: null,
    expected: { ...expected, hours: [null, null, null], area_ha: null },
    units: [aUnit('boat-3')],
    short: [],
  },
  added: ['boat-3'],
  removed: ['helitack-1'],
  others: [],
  loss_ha: { before: 1, after: 2 },
  assumed: [],
  seconds: 0.2,
};

test('what if without a unit: the answer stands beside, is taken as a plan, or forgotten', async () => {
  show(suggested([aUnit('helitack-1')]));
  server.post.mockResolvedValue(answered);
  await fireEvent.click(screen.getByRole('button', { name: 'Что если без helitack-1?' }));
  await screen.findByText('Этими силами не локализовать');
  const asked = { without: ['helitack-1'], placed: [], wind: null };
  expect(server.post).toHaveBeenCalledWith(`${about}/what-if`, asked);
  expect(server.sendUnits).not.toHaveBeenCalled();
  await fireEvent.click(screen.getByRole('button', { name: 'Взять этот вариант' }));
  expect(screen.getByRole('checkbox', { name: /boat-3/ })).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: 'Забыть' }));
  expect(screen.queryByRole('checkbox', { name: /boat-3/ })).toBeNull();
});

test('a word about a unit holds the next suggestions, and can be taken back', async () => {
  const word = {
    id: 'w1',
    version: 1,
    kind: 'exclude',
    unit: 'helitack-2',
    fire_id: fire.id,
    why: 'reserve',
    note: '',
    by: 'local',
    until: null,
  };
  show(suggested([aUnit('helitack-1')], {}, { constraints: [word] }));
  await fireEvent.click(screen.getByRole('button', { name: 'Исключить или закрепить…' }));
  await fireEvent.click(screen.getByRole('radio', { name: 'Закрепить за этим пожаром' }));
  await fireEvent.click(screen.getByRole('button', { name: 'Указать' }));
  const told = expect.objectContaining({ kind: 'pin', unit: 'helitack-1', fire_id: fire.id });
  await waitFor(() => expect(server.post).toHaveBeenCalledWith('/constraints', told));
  await fireEvent.click(screen.getByRole('button', { name: 'Снять' }));
  await waitFor(() => expect(server.change).toHaveBeenCalledWith('/constraints/w1/withdraw', 1));
});

test('a bared base is covered by an order that names it', async () => {
  const bared = [{ base: 'air', kind: 'helitack', there: 3, left: 0, least: 1, move_up: 'helitack-9' }];
  show(suggested([aUnit('helitack-1')], {}, { bared }));
  await fireEvent.click(screen.getByRole('button', { name: 'Переместить: helitack-9' }));
  await waitFor(() => expect(server.sendUnits).toHaveBeenCalledOnce());
  const [, body] = server.sendUnits.mock.calls[0] ?? [];
  expect(body).toMatchObject({ suggestion: null, units: [{ unit: 'helitack-9', station: 'air' }] });
});

test('nobody is sent to a signal', () => {
  show(suggested([aUnit('helitack-1')]), [], aFire());
  expect(screen.queryByRole('checkbox')).toBeNull();
  expect(screen.getByText(/сначала регистрация/)).toBeTruthy();
});

test('the head of the part counts who is there and who comes', () => {
  expect(essenceOf([anOrder(), anOrder({ status: 'arrived' })])).toBe('на месте 1, в пути 1');
  expect(essenceOf([anOrder({ status: 'released' })])).toBe('');
});
