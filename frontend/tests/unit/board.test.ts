/** The official's board: words, what stands behind a figure, one tap and back, what a page remembers. */
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from '../../src/lib/api';
import { homeOf } from '../../src/lib/home';
import { setZones } from '../../src/lib/time';
import type {
  Board,
  BoardApi,
  BoardChange,
  BoardFire,
  BoardOrder,
  BoardThreat,
} from '../../src/screens/board/api';
import Asked from '../../src/screens/board/Asked.svelte';
import { asText, lines } from '../../src/screens/board/bulletin';
import Changes from '../../src/screens/board/Changes.svelte';
import { BoardDesk, PACE, tellLeaving } from '../../src/screens/board/desk.svelte';
import { frameOf, path, ringsOf } from '../../src/screens/board/overview';
import { behind, called, headline, press, reachedIn, told } from '../../src/screens/board/words';
import { speak } from './helpers';

const NOW = Date.parse('2026-07-17T06:00:00Z');
const at = (hours: number) => new Date(NOW + hours * 3_600_000).toISOString();
const TOWN = { ru: 'Сунтар', en: 'Suntar' };

function aFire(more: Partial<BoardFire> = {}): BoardFire {
  const fire = {
    id: 'f1',
    number: 'SA-2026-00001',
    status: 'registered',
    activity: 'burning',
    likelihood: 0.9,
    doubtful: false,
    inside: true,
    area_ha: 112,
    growth_ha_h: null,
    point: [126.4, 62.2],
    first_seen: at(-9),
    last_seen: at(-2),
    registered_at: at(-8),
    municipality: { ru: 'Сунтарский улус', en: 'Suntarsky' },
    nearest: { name: TOWN, distance_km: 6 },
    units_sent: 0,
    units_working: 0,
  };
  return { ...fire, ...more } as BoardFire;
}

function aThreat(more: Partial<BoardThreat> = {}): BoardThreat {
  const threat = {
    fire_id: 'f1',
    number: null,
    status: 'signal',
    layer: 'settlements',
    code: '1',
    kind: 'settlement',
    name: TOWN,
    owner: null,
    km: 8,
    bearing_deg: 10,
    downwind: true,
    at: at(0),
    forecast_at: at(-1),
    reach: null,
    people: 900,
  };
  return { ...threat, ...more } as BoardThreat;
}

const reach = (hours: number | null, probability = 0.6) => ({
  p10_at: null,
  p50_at: hours === null ? null : at(hours),
  p90_at: null,
  probability,
});

function aRequest(more: object = {}): BoardOrder {
  const order = {
    id: 'o1',
    version: 3,
    fire_id: 'f1',
    unit: 'crew-1',
    rung: 'group',
    status: 'requested',
    task: '',
    stamps: [
      { status: 'requested', at: at(-1), by: 'post', level: 'station', recorded_at: at(-1), reason: '' },
    ],
    options: [],
    waiting: {
      due: at(1),
      overdue: false,
      approves: 'district',
      next: null,
      reason: { code: 'x', params: {} },
    },
  };
  return {
    order: { ...order, ...more },
    unit: { name: { ru: 'Команда 1', en: 'Crew 1' }, kind: 'ground_crew', people: 5 },
    fire: { number: 'SA-2026-00001', area_ha: 112, municipality: null, nearest: null },
  } as unknown as BoardOrder;
}

function aBoard(more: object = {}): Board {
  const board = {
    as_of_seq: 1,
    world: { id: 1, name: 'live', kind: 'live', now: at(0), rate: 1 },
    territory: null,
    names: [{ ru: 'Сунтарский улус', en: 'Suntarsky' }],
    choices: [],
    whole: false,
    counts: {
      active: 0,
      held: 0,
      suspended: 0,
      area_ha: 0,
      unattended: 0,
      signals: 0,
      signals_area_ha: 0,
      doubtful: 0,
      near: 0,
    },
    fires: { rows: [], more: 0 },
    threats: { rows: [], more: 0, settlements: 0, reached: 0, objects: 0 },
    asked: { orders: [], notices: [] },
    changes: { since: at(-5), first: false, rows: [], more: 0, grave: 0, total: 0 },
    forces: {},
    danger: { today: '2026-07-17', tomorrow: '2026-07-18', worst: null, rows: [], assumed: [] },
    bulletin: { day: '2026-07-17', number: null },
    feeds: [],
  };
  return { ...board, ...more } as unknown as Board;
}

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

describe('words', () => {
  test('what is reached soonest presses most, and a fire at the edge most of all', () => {
    const found = [
      aThreat({ km: 0 }),
      aThreat({ reach: reach(-1) }),
      aThreat({ reach: reach(2) }),
      aThreat({ km: 2 }),
      aThreat({ reach: reach(9) }),
      aThreat({ reach: reach(null, 0.2) }),
      aThreat(),
    ];
    expect(found.map((one) => press(one, NOW))).toEqual([
      'touched',
      'due',
      'soon',
      'close',
      'later',
      'maybe',
      'near',
    ]);
    expect(reachedIn(found[2] as BoardThreat, NOW)).toBe('через 2 ч');
    expect(reachedIn(found[5] as BoardThreat, NOW)).toContain('20 %');
    expect(reachedIn(found[6] as BoardThreat, NOW)).toBe('8 км от огня');
  });

  test('the fires behind a figure are those that it counts', () => {
    const fires = [
      aFire(),
      aFire({ units_sent: 1 }),
      aFire({ status: 'suspended' }),
      aFire({ status: 'signal' }),
      aFire({ status: 'signal', doubtful: true }),
      aFire({ inside: false }),
    ];
    const count = (which: Parameters<typeof behind>[1]) => fires.filter((one) => behind(one, which)).length;
    expect([count('active'), count('unattended'), count('signals'), count('near')]).toEqual([3, 1, 1, 1]);
  });

  test('the headline says that nothing is seen as plainly as that something burns', () => {
    expect(headline(aBoard())).toEqual([
      'Зарегистрированных действующих пожаров нет.',
      'Рядом с населёнными пунктами огня не видно.',
    ]);
    const counts = { ...aBoard().counts, active: 2, area_ha: 1240, unattended: 1 };
    const threats = { rows: [aThreat()], more: 0, settlements: 1, reached: 0, objects: 0 };
    const asked = { orders: [aRequest()], notices: [] };
    expect(headline(aBoard({ counts, threats, asked })).map((one) => one.replace(/\s/g, ' '))).toEqual([
      'Действуют 2 пожара на 1 240 га.',
      'Огонь рядом с 1 населённым пунктом: Сунтар.',
      'К 1 пожару никто не направлен.',
      'Вашего решения ждёт 1 вопрос.',
    ]);
  });

  test('a signal without a number is called by the place that people know', () => {
    expect(called(aFire({ number: null }))).toBe('Сигнал · Сунтар');
    expect(called(aFire({ number: null, nearest: null }))).toBe('Сигнал');
  });

  test.each([
    ['out', {}, 'Ликвидирован'],
    ['grown', { from_ha: 42, to_ha: 112 }, 'Вырос с 42 га до 112 га'],
    ['touched', { place: TOWN }, 'Огонь вплотную к населённому пункту Сунтар'],
    [
      'reached',
      { place: TOWN, reached_at: at(3) },
      'Прогноз: огонь дойдёт до населённого пункта Сунтар к 09:00',
    ],
    ['merged', {}, 'Объединён с другим пожаром'],
    ['regime', { kind: 'special', place: '*', act: '12', day: '2026-07-17' }, 'Весь регион, акт 12'],
  ])('a change is a sentence: %s', (what, params, words) => {
    const change = { what, grave: 'plain', at: at(0), fire_id: null, number: null, params };
    expect(told(change as BoardChange, aBoard(), NOW)).toContain(words);
  });

  test('a bulletin is text that can be sent as it is', () => {
    const fields = {
      scope: 'Сунтарский улус',
      active: 2,
      contained: 1,
      suspended: 0,
      area_active_ha: 12,
      registered: 1,
      out: 0,
      year_registered: 9,
      year_out: 7,
      year_area_ha: 300,
      units: 3,
      people: null,
      places: [
        { key: 's', name: 'Сунтарский улус', danger: 'IV', fires: 2, area_ha: 12, regimes: 'режимов нет' },
      ],
      remarks: [{ key: 'x', text: 'Границы условные' }],
    };
    const text = asText(lines(fields, '17 июля'));
    expect(text.split('\n')[0]).toBe('Утренняя сводка, 17 июля. Сунтарский улус');
    expect(text).toContain('численность известна не у всех');
    expect(text).toContain('Сунтарский улус: класс IV; Пожары: 2, 12 га; режимов нет');
    expect(text.endsWith('Границы условные')).toBe(true);
  });

  test('an official begins with the board', () => {
    expect(['official', 'public', 'dispatcher', 'own'].map((role) => homeOf({ role }))).toEqual([
      '/board',
      '/report',
      '/',
      '/',
    ]);
  });
});

describe('the sketch', () => {
  test('a territory on both sides of 180° stays in one piece', () => {
    const frame = frameOf(
      [
        [178, 66],
        [-178, 68],
      ],
      100,
    );
    const [west] = frame.place(178, 66);
    const [east] = frame.place(-178, 66);
    expect(east - west).toBeCloseTo(90);
    expect(frame.height).toBeLessThan(200);
  });

  test('steps that nobody sees are left out, and a speck draws nothing', () => {
    const frame = { width: 10, height: 10, place: (x: number, y: number): [number, number] => [x, y] };
    const ring: [number, number][] = [
      [0, 0],
      [0.1, 0],
      [5, 0],
      [5, 5],
    ];
    expect(path(ring, frame)).toBe('M0.0 0.0L5.0 0.0L5.0 5.0Z');
    expect(path(ring.slice(0, 2), frame)).toBe('');
    expect(ringsOf({ type: 'Polygon', coordinates: [ring, ring] })).toHaveLength(1);
  });
});

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
