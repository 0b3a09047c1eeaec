/** What waits for a person: approved and refused by keys, answered with reasons, crews that are heard. */
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Notice, Order } from '../../src/lib/engine-types';
import { setZones } from '../../src/lib/time';
import CrewRow from '../../src/screens/dispatcher/command/CrewRow.svelte';
import Waiting from '../../src/screens/dispatcher/command/Waiting.svelte';
import { DESK } from '../../src/screens/dispatcher/context';
import type { Desk } from '../../src/screens/dispatcher/desk.svelte';
import { aDesk, type Server } from './desk';
import { aFire, anEvent, speak } from './helpers';

let server: Server;
vi.mock('../../src/lib/api-command', () => ({ commandApi: () => server }));
let desk: Desk;
const fire = aFire({ status: 'registered', number: 'SAK-2026-214' });

function aNotice(changes: object = {}): Notice {
  return {
    id: 'n1',
    version: 1,
    theme: 'control',
    kind: 'age',
    key: 'd1',
    state: 'open',
    grade: 0,
    fire_id: fire.id,
    about: 'd1',
    units: [],
    reason: { code: 'control.age', params: { days: 10, number: '14' } },
    assumed: [],
    raised_at: '2026-08-14T05:00:00Z',
    over_at: null,
    answer: null,
    answered_at: null,
    answered_by: '',
    note: '',
    answers: ['kept'],
    ...changes,
  } as unknown as Notice;
}

function aRequest(changes: object = {}): Order {
  return {
    id: 'o1',
    version: 1,
    fire_id: fire.id,
    unit: 'helitack-1',
    rung: 'neighbour',
    status: 'requested',
    eta_at: null,
    eta_hi_at: null,
    suggestion: null,
    task: '',
    stamps: [],
    reasons: [],
    options: [
      { status: 'approved', needs: [] },
      { status: 'refused', needs: ['reason'] },
    ],
    waiting: {
      due: '2026-08-14T05:10:00Z',
      overdue: true,
      approves: 'region',
      next: 'republic',
      reason: { code: 'ladder.overdue', params: { minutes: 42 } },
    },
    ...changes,
  } as unknown as Order;
}

function show(orders: Order[], notices: Notice[] = []): void {
  ({ desk, server } = aDesk({ fires: [fire], notices }));
  server.openOrders.mockResolvedValue(orders);
  render(Waiting, { context: new Map([[DESK, desk]]) });
}

beforeEach(() => {
  speak('ru');
  setZones(['Asia/Yakutsk']);
});

test('a request says who answers, how late it is, and whom to ask next', async () => {
  show([aRequest()]);
  const row = (await screen.findByText('helitack-1')).closest('li');
  expect(row?.textContent).toMatch(/просрочено на 12 мин/);
  expect(row?.textContent).toContain('резерв республики');
});

test('A approves the request in focus, R asks for a reason first', async () => {
  show([aRequest()]);
  const row = (await screen.findByText('helitack-1')).closest('li') as HTMLElement;
  await fireEvent.keyDown(row, { code: 'KeyA' });
  await waitFor(() => expect(server.stepOrder).toHaveBeenCalledWith(aRequest(), 'approved', ''));
  await fireEvent.keyDown(row, { code: 'KeyR' });
  const field = await screen.findByLabelText('Причина');
  await fireEvent.input(field, { target: { value: 'нет горючего' } });
  await fireEvent.submit(field.closest('form') as HTMLFormElement);
  await waitFor(() => expect(server.stepOrder).toHaveBeenCalledWith(aRequest(), 'refused', 'нет горючего'));
});

test('a request of a higher level is shown without keys', async () => {
  show([aRequest({ options: [] })]);
  const row = (await screen.findByText('helitack-1')).closest('li') as HTMLElement;
  await fireEvent.keyDown(row, { code: 'KeyA' });
  expect(server.stepOrder).not.toHaveBeenCalled();
  expect(row.textContent).toContain('не с вашего уровня');
});

test('a decision is kept with a note only', async () => {
  show([], [aNotice()]);
  await fireEvent.click(await screen.findByRole('button', { name: 'Решение в силе' }));
  expect(server.answerNotice).not.toHaveBeenCalled();
  await fireEvent.input(screen.getByLabelText('Пояснение'), { target: { value: 'осмотрен' } });
  await fireEvent.click(screen.getByRole('button', { name: 'Решение в силе' }));
  await waitFor(() => expect(server.answerNotice).toHaveBeenCalledWith(aNotice(), 'kept', 'осмотрен'));
});

test('a crew in danger stands before papers, and what is over goes', async () => {
  const crew = aNotice({
    id: 'n2',
    theme: 'crew',
    kind: 'silent',
    units: ['crew-1'],
    reason: { code: 'safety.silent', params: { minutes: 136 } },
    raised_at: '2026-08-14T05:20:00Z',
    answers: ['seen'],
  });
  show([], [aNotice(), crew]);
  await screen.findByText('crew-1');
  const texts = screen.getAllByRole('listitem').map(({ textContent }) => textContent);
  expect(texts.findIndex((one) => one.includes('crew-1'))).toBeLessThan(
    texts.findIndex((one) => one.includes('№ 14')),
  );
  desk.store.apply(anEvent(1, 'notice.changed', { ...crew, version: 2, state: 'over' } as Notice));
  await waitFor(() => expect(screen.queryByText('crew-1')).toBeNull());
});

test('a crew that is late says so, and is heard with one press', async () => {
  ({ desk, server } = aDesk({ fires: [fire] }));
  const crew = {
    unit: 'crew-1',
    unit_id: 'u1',
    name: null,
    kind: 'ground_crew',
    fire_id: fire.id,
    heard_at: '2026-08-14T03:10:00Z',
    heard: 'check_in',
    heard_by: 'local',
    due_at: '2026-08-14T05:10:00Z',
    overdue: true,
    silent: false,
    point: null,
    point_at: null,
  } as const;
  render(CrewRow, { props: { crew, onheard: () => undefined }, context: new Map([[DESK, desk]]) });
  expect(screen.getByText(/нет связи: вызов просрочен на 12 мин/)).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: 'На связи' }));
  await waitFor(() => expect(server.checkIn).toHaveBeenCalledWith('u1', null));

  await fireEvent.click(screen.getByRole('button', { name: 'с местом…' }));
  const [, send] = screen.getAllByRole('button', { name: 'На связи' });
  await fireEvent.input(screen.getByLabelText('Координаты'), { target: { value: 'у реки' } });
  expect(send).toHaveProperty('disabled', true);
  await fireEvent.input(screen.getByLabelText('Координаты'), { target: { value: '62.4636 128.1285' } });
  await fireEvent.click(send as HTMLElement);
  await waitFor(() => expect(server.checkIn).toHaveBeenLastCalledWith('u1', [128.1285, 62.4636]));
});
