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

function suggested(units: object[], changes: object = {}): FireSuggestion {
  return {
    number: 7,
    at: '2026-08-14T05:20:00Z',
    stale: false,
    gap: 0.09,
    fire: {
      fire_id: fire.id,
      tier: 'a',
      fought: true,
      contained_h: 12,
      units,
      short: [],
      alternatives: [],
      not_sent: [],
      expected: { contained: true, hours: [8, 12, null], area_ha: 60, protect: [], reasons: [] },
      assumed: [],
      ...changes,
    },
  } as unknown as FireSuggestion;
}

function anOrder(changes: object = {}): Order {
  return {
    id: 'o1',
    version: 3,
    fire_id: fire.id,
    unit: 'helitack-1',
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

test('nobody is sent to a signal', () => {
  show(suggested([aUnit('helitack-1')]), [], aFire());
  expect(screen.queryByRole('checkbox')).toBeNull();
  expect(screen.getByText(/сначала регистрация/)).toBeTruthy();
});

test('the head of the part counts who is there and who comes', () => {
  expect(essenceOf([anOrder(), anOrder({ status: 'arrived' })])).toBe('на месте 1, в пути 1');
  expect(essenceOf([anOrder({ status: 'released' })])).toBe('');
});
