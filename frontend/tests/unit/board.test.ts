/** The official's board: one tap and back, and what a page remembers. */
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from '../../src/lib/api';
import { setZones } from '../../src/lib/time';
import type { Board, BoardApi, BoardOrder } from '../../src/screens/board/api';
import Asked from '../../src/screens/board/Asked.svelte';
import Changes from '../../src/screens/board/Changes.svelte';
import { BoardDesk, PACE, tellLeaving } from '../../src/screens/board/desk.svelte';
import { aBoard, aRequest, at, NOW, TOWN } from './board';
import { speak } from './helpers';

const world = aBoard().world;
let answers: Board[];
let api: Record<string, ReturnType<typeof vi.fn>>;
const desk = () => new BoardDesk(api as unknown as BoardApi, world, '');

beforeEach(() => {
  speak('ru');
  setZones(['UTC']);
  answers = [aBoard()];
  api = {
    read: vi.fn(() => Promise.resolve(answers.length > 1 ? answers.shift() : answers[0])),
    looked: vi.fn((since: string) => Promise.resolve({ since, first: false })),
    step: vi.fn((order: object, to: string) => Promise.resolve({ ...order, status: to, version: 4 })),
    leave: vi.fn(),
  };
});
afterEach(() => vi.useRealTimers());

describe('one tap', () => {
  async function standing(...orders: BoardOrder[]): Promise<BoardDesk> {
    answers = [aBoard({ asked: { orders, notices: [] } }), aBoard()];
    const made = desk();
    await made.read();
    render(Asked, { desk: made });
    return made;
  }

  test('approves the version that was seen, and can be taken back', async () => {
    const request = aRequest();
    await standing(request);
    await fireEvent.click(screen.getByText('Согласовать'));
    await screen.findByText('Согласовано: Команда 1. Диспетчер отправит.');
    expect(api.step).toHaveBeenCalledWith(request.order, 'approved');
    expect(screen.queryByText('Согласовать')).toBeNull(); // read again
    await fireEvent.click(screen.getByText('Отменить согласование'));
    await screen.findByText('Согласование отменено: Команда 1.');
    expect(api.step?.mock.lastCall?.[0]).toMatchObject({ id: 'o1', version: 4 });
    expect(api.step?.mock.lastCall?.slice(1)).toEqual([
      'cancelled',
      'Согласование отменено тем, кто его дал',
    ]);
  });

  test('a refusal needs a reason, from the list or in own words', async () => {
    await standing(aRequest());
    await fireEvent.click(screen.getByText('Отказать'));
    const send = screen.getByText<HTMLButtonElement>('Отправить ответ');
    expect(send.disabled).toBe(true);
    expect(api.step).not.toHaveBeenCalled();
    await fireEvent.click(screen.getByText('Людям нужен отдых'));
    await screen.findByText('Отказано: Команда 1.');
    expect(api.step?.mock.lastCall?.slice(1)).toEqual(['refused', 'Людям нужен отдых']);
  });

  test('a proposed regime is introduced by an act, for its place alone', async () => {
    const notice = {
      id: 'n1',
      version: 1,
      theme: 'regime',
      kind: 'special',
      key: 'suntarsky',
      reason: { code: 'regime.near_settlement', params: { km: 6 } },
      assumed: [],
      raised_at: at(-1),
      answers: ['dismissed'],
    };
    const place = { code: 'suntarsky', name: TOWN, today: 3, tomorrow: 4, regimes: [] };
    const danger = { ...aBoard().danger, rows: [place] };
    answers = [aBoard({ asked: { orders: [], notices: [{ notice, fire: null }] }, danger }), aBoard()];
    api.introduce = vi.fn(() => Promise.resolve([]));
    const made = desk();
    await made.read();
    render(Asked, { desk: made });
    expect(screen.getByRole('heading', { level: 3 }).textContent).toContain(': Сунтар');
    await fireEvent.click(screen.getByText('Ввести по акту'));
    await fireEvent.input(screen.getByLabelText('Номер акта'), { target: { value: '17-п' } });
    await fireEvent.click(screen.getByText('Отправить ответ'));
    await screen.findByText(/^Введено/);
    expect(api.introduce).toHaveBeenCalledWith({
      kind: 'special',
      municipalities: ['suntarsky'],
      act: '17-п',
      act_date: '2026-07-17',
      since: '2026-07-17',
    });
  });

  test('a proposal that is not followed leaves a reason', async () => {
    const notice = { id: 'n1', version: 2, theme: 'control', kind: 'age', key: 'd1', answers: ['kept'] };
    const more = {
      reason: { code: 'control.age', params: {} },
      assumed: [],
      raised_at: at(-1),
      fire_id: null,
    };
    const one = { notice: { ...notice, ...more }, fire: null };
    answers = [aBoard({ asked: { orders: [], notices: [one] } }), aBoard()];
    api.answer = vi.fn(() => Promise.resolve({}));
    const made = desk();
    await made.read();
    render(Asked, { desk: made });
    await fireEvent.click(screen.getByText('Решение остаётся'));
    expect(screen.getByText<HTMLButtonElement>('Отправить ответ').disabled).toBe(true);
    await fireEvent.input(screen.getByLabelText('Причина'), { target: { value: 'Угрозы нет' } });
    await fireEvent.click(screen.getByText('Отправить ответ'));
    await screen.findByText('Ответ записан');
    expect(api.answer).toHaveBeenCalledWith(one.notice, 'kept', 'Угрозы нет');
  });

  test('whoever was faster is told, and the request goes', async () => {
    api.step = vi.fn(() => Promise.reject(new ApiError(409, null)));
    await standing(aRequest());
    await fireEvent.click(screen.getByText('Согласовать'));
    await screen.findByRole('alert');
    await waitFor(() => expect(screen.queryByText('Согласовать')).toBeNull());
    expect(screen.queryByText(/^Согласовано/)).toBeNull();
  });
});

describe('what a page remembers', () => {
  const change = { what: 'out', grave: 'good', at: at(-1), fire_id: 'f1', number: 'SA-1', params: {} };

  test('it goes on from where it began, whatever other pages say', async () => {
    answers = [
      aBoard({ changes: { ...aBoard().changes, since: at(-24), first: true } }),
      aBoard({ changes: { ...aBoard().changes, since: at(-24) } }),
    ];
    const made = desk();
    await made.read();
    await made.read();
    expect(api.read?.mock.calls).toEqual([
      ['', ''],
      ['', at(-24)],
    ]);
    expect(made.board?.changes.first).toBe(true);
  });

  test('seen is told up to the board that stood there, and can be taken back', async () => {
    const rows = aBoard({ changes: { ...aBoard().changes, rows: [change], total: 1 } });
    const none = aBoard({ changes: { ...aBoard().changes, since: at(0) } });
    answers = [rows, none, rows];
    const made = desk();
    await made.read();
    render(Changes, { desk: made });
    await fireEvent.click(screen.getByText('Просмотрено'));
    await screen.findByText(/^Отмечено/);
    expect(api.looked).toHaveBeenLastCalledWith(at(0));
    await fireEvent.click(screen.getByText('Вернуть'));
    await screen.findByText('Ликвидирован');
    expect(api.looked).toHaveBeenLastCalledWith(at(-5));
  });

  test('another territory that was chosen meanwhile is not overwritten', async () => {
    let late: (board: Board) => void = () => undefined;
    const second = aBoard({ territory: 'east' });
    api.read = vi.fn((territory: string) =>
      territory ? Promise.resolve(second) : new Promise<Board>((resolve) => (late = resolve)),
    );
    const made = desk();
    const first = made.read();
    made.choose('east');
    await waitFor(() => expect(made.board).toEqual(second));
    late(aBoard());
    await first;
    expect(made.board?.territory).toBe('east');
  });

  test('a line that is gone leaves what was known, and says so', async () => {
    const made = desk();
    await made.read();
    api.read = vi.fn(() => Promise.reject(new TypeError('failed')));
    await made.read();
    expect(made.line).toBe('offline');
    expect(made.board).not.toBeNull();
    expect(made.error).not.toBe('');
  });

  test('leaving is told once, and only of a board that was looked at', async () => {
    vi.useFakeTimers({ now: NOW });
    const made = desk();
    await made.read();
    const end = tellLeaving(made);
    dispatchEvent(new Event('pagehide'));
    expect(api.leave).not.toHaveBeenCalled();
    end();
    const again = tellLeaving(made);
    vi.setSystemTime(NOW + PACE.read);
    flushSync();
    dispatchEvent(new Event('pagehide'));
    dispatchEvent(new Event('pagehide'));
    expect(api.leave?.mock.calls).toEqual([[at(0)]]);
    again();
  });
});
