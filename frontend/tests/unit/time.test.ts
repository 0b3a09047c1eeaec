import { beforeEach, describe, expect, test } from 'vitest';
import {
  age,
  clock,
  countdown,
  fromLocalInput,
  HOUR,
  MINUTE,
  offset,
  setZones,
  stamp,
  toLocalInput,
  waited,
} from '../../src/lib/time';
import { speak } from './helpers';

beforeEach(() => {
  speak('ru');
  setZones(['Asia/Yakutsk', 'Asia/Vladivostok', 'Asia/Srednekolymsk']);
});

describe('time', () => {
  test('region clock and UTC', () => {
    const at = '2026-08-14T05:37:00Z';
    expect(clock(at)).toBe('14:37');
    expect(clock(at, 'UTC')).toBe('05:37');
    expect(offset(at)).toBe('UTC+9');
    expect(stamp(at)).toBe('14 авг. 14:37');
  });

  test('ages are short and rounded down', () => {
    expect([5_000, 12 * MINUTE, 5 * HOUR + 24 * MINUTE, 47 * HOUR, 49 * HOUR, -3].map(age)).toEqual([
      '5 с',
      '12 мин',
      '5 ч 24 мин',
      '47 ч',
      '2 сут',
      '0 с',
    ]);
  });

  test('countdown turns into what has run beyond the norm', () => {
    expect(countdown(84_000)).toBe('1:24');
    expect(waited(84_000)).toBe('1:24');
    expect(waited(-190_000)).toBe('+3:10');
    expect(waited(-2 * HOUR)).toBe('+2 ч');
  });

  test('unknown zones are dropped, none at all means UTC', () => {
    setZones(['Mars/Olympus', 'Asia/Vladivostok']);
    expect(clock('2026-08-14T05:37:00Z')).toBe('15:37');
    setZones(['Mars/Olympus']);
    expect(clock('2026-08-14T05:37:00Z')).toBe('05:37');
  });

  test.each(['Asia/Yakutsk', 'UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Chatham'])(
    'a typed time in %s comes back as it was, also around changes of the clocks',
    (zone) => {
      for (let hour = 0; hour < 24 * 366; hour += 7) {
        const at = Date.UTC(2026, 0, 1) + hour * HOUR;
        const text = toLocalInput(at, zone);
        const back = fromLocalInput(text, zone) ?? NaN;
        // An hour that occurs twice may be read as either of the two; it must show the same wall time.
        expect(toLocalInput(back, zone)).toBe(text);
      }
    },
  );

  test('nonsense is no time', () => expect(fromLocalInput('tomorrow')).toBeNull());
});
