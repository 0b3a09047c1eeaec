import { describe, expect, test } from 'vitest';
import type { FireStatus } from '../../src/lib/api-types';
import {
  clockLeft,
  groupOf,
  holdOrder,
  isNearSettlement,
  rowsOf,
  severity,
  shortNumber,
  urgency,
} from '../../src/lib/fires';
import { logLines } from '../../src/screens/dispatcher/log-lines';
import { factsFor } from '../../src/screens/dispatcher/status-facts';
import { aFire, aReport, speak } from './helpers';

const near = (distance_km: number) => {
  const fire = aFire();
  return { ...fire.address, nearest: fire.address.nearest && { ...fire.address.nearest, distance_km } };
};

describe('a fire', () => {
  test('stands in the list of its status', () => {
    const groups = (['signal', 'fighting', 'contained', 'rejected', 'merged'] as FireStatus[]).map((status) =>
      groupOf(aFire({ status })),
    );
    expect(groups).toEqual(['new', 'work', 'held', 'held', null]);
  });

  test('near a settlement is loudest, a doubtful signal is quiet', () => {
    expect(severity(aFire({ address: near(3) }))).toBe(3);
    expect(severity(aFire({ address: near(3), likelihood: 0.1 }))).toBe(0);
    expect(severity(aFire({ frp_mw: 900 }))).toBe(2);
    expect(severity(aFire({ frp_mw: 900, address: near(12) }))).toBe(3);
    expect(severity(aFire())).toBe(1);
    expect(severity(aFire({ status: 'out', address: near(1) }))).toBe(0);
    expect(isNearSettlement(aFire({ address: near(4) }))).toBe(true);
  });

  test('is called by its serial, or by a short label before it has one', () => {
    expect(shortNumber(aFire({ number: 'SAK-2026-00216' }))).toBe('216');
    expect(shortNumber(aFire())).toBe('ABCD');
  });

  test('owes the clock only until somebody decides', () => {
    const received = Date.parse('2026-08-14T05:20:00Z');
    expect(clockLeft(aFire(), received + 30_000, 120)).toBe(90_000);
    expect(clockLeft(aFire({ status: 'registered' }), received, 120)).toBeNull();
    expect([90_000, 30_000, -1].map(urgency)).toEqual(['calm', 'soon', 'late']);
  });
});

describe('the queue', () => {
  test('puts loud before quiet and the longest waiting first', () => {
    const fires = [
      aFire({ id: 'late', received_at: '2026-08-14T05:00:00Z' }),
      aFire({ id: 'fresh', received_at: '2026-08-14T05:30:00Z' }),
      aFire({ id: 'loud', address: near(2), received_at: '2026-08-14T05:40:00Z' }),
      aFire({ id: 'done', status: 'registered' }),
    ];
    expect(rowsOf('new', fires, []).map((row) => row.key)).toEqual(['loud', 'late', 'fresh']);
  });

  test('mixes people’s reports with satellites’ signals', () => {
    const rows = rowsOf(
      'new',
      [aFire({ id: 'f' })],
      [aReport({ id: 'r', seen: 'flame' }), aReport({ status: 'attached' })],
    );
    expect(rows.map((row) => row.key)).toEqual(['r', 'f']);
  });

  test('closed ones lie below those that still smoulder', () => {
    const rows = rowsOf(
      'held',
      [aFire({ id: 'o', status: 'out', area_ha: 900 }), aFire({ id: 'c', status: 'contained' })],
      [],
    );
    expect(rows.map((row) => row.key)).toEqual(['c', 'o']);
  });

  test('never moves under the cursor: newcomers wait above, counted', () => {
    const alive = () => true;
    const held = holdOrder(['a', 'b'], ['x', 'b', 'a', 'y'], true, alive);
    expect(held).toEqual({ order: ['a', 'b'], waiting: 2 });
    expect(holdOrder(held.order, ['x', 'b', 'a', 'y'], false, alive)).toEqual({
      order: ['x', 'b', 'a', 'y'],
      waiting: 0,
    });
  });

  test('a row that has left its list stays until the cursor leaves, one that is gone for good goes', () => {
    expect(holdOrder(['a', 'b'], ['b'], true, (key) => key !== 'a').order).toEqual(['b']);
    expect(holdOrder(['a', 'b'], ['b'], true, () => true).order).toEqual(['a', 'b']);
  });
});

describe('the log of a fire', () => {
  const entry = (seq: number, changes: Parameters<typeof aFire>[0], actor = 'system') => ({
    seq,
    kind: 'fire.changed',
    at: '2026-08-14T05:20:00Z',
    actor,
    body: { ...aFire(changes) },
  });

  test('tells what changed, newest first, whatever the order of arrival', () => {
    speak('ru');
    const lines = logLines([
      entry(4, { status: 'registered', number: 'SAK-2026-216', shown_at: 'x', n_detections: 6 }, 'local'),
      entry(1, {}),
      entry(3, { shown_at: 'x', n_detections: 6 }),
      entry(2, { shown_at: 'x' }, 'local'),
    ]);
    expect(lines.map((line) => line.text)).toEqual([
      'Зарегистрирован № SAK-2026-216',
      'Ещё 2 термоточки, стало 12 га',
      'Показан диспетчеру',
      'Обнаружен: 4 термоточки',
    ]);
  });
});

describe('facts of a step', () => {
  test('suspending asks a person to exclude a threat', () => {
    const asked = factsFor({ status: 'suspended', needs: ['decision_date'] });
    expect(asked).toEqual([
      { name: 'decision_date', kind: 'date' },
      { name: 'threat', kind: 'confirm' },
    ]);
  });

  test('are asked for in their own kind of field', () => {
    expect(factsFor({ status: 'out', needs: ['final_area_ha', 'cause'] }).map((fact) => fact.kind)).toEqual([
      'number',
      'text',
    ]);
    expect(factsFor({ status: 'mopup', needs: [] })).toEqual([]);
  });
});
