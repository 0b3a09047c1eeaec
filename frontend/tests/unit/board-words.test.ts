/** The board's words, and what stands behind a figure. */
import { beforeEach, describe, expect, test } from 'vitest';
import { homeOf } from '../../src/lib/home';
import { setZones } from '../../src/lib/time';
import type { BoardChange, BoardThreat } from '../../src/screens/board/api';
import { asText, lines } from '../../src/screens/board/bulletin';
import { frameOf, path, ringsOf } from '../../src/screens/board/overview';
import { behind, called, headline, press, reachedIn, told } from '../../src/screens/board/words';
import { aBoard, aFire, aRequest, aThreat, at, NOW, reach, TOWN } from './board';
import { speak } from './helpers';

beforeEach(() => {
  speak('ru');
  setZones(['UTC']);
});

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
