import { beforeEach, expect, test } from 'vitest';
import type { Fire, LogEntry } from '../../src/lib/api-types';
import { logLines } from '../../src/screens/dispatcher/log-lines';
import { aFire, speak } from './helpers';

beforeEach(() => speak('ru'));

const entry = (seq: number, body: Partial<Fire>, more: Partial<LogEntry> = {}): LogEntry => ({
  seq,
  kind: 'fire.changed',
  at: '2026-08-14T05:00:00Z',
  actor: 'system',
  body: { ...aFire(body) },
  ...more,
});
const texts = (...entries: LogEntry[]) => logLines(entries).map(({ text }) => text);

test('what a person did is told in his words, not as a change of numbers', () => {
  const split = { code: 'surgery.split.lost', params: { count: 2, by: 'local' } };
  const [last] = texts(entry(1, { n_detections: 4 }), entry(2, { n_detections: 2, reasons: [split] }));
  expect(last).toBe('2 термоточки выделены в отдельный сигнал (диспетчер)');
});

test('a reason that stands on is not told again', () => {
  const split = { code: 'surgery.split.lost', params: { count: 2, by: 'local' } };
  const [last] = texts(
    entry(1, { n_detections: 4, reasons: [split] }),
    entry(2, { n_detections: 6, reasons: [split] }),
  );
  expect(last).toContain('Ещё 2 термоточки');
  expect(last).not.toContain('выделены');
});

test('odd data is named beside what it did', () => {
  const late = { code: 'reason.group.late_pass', params: { satellite: 'AQUA', hours: 11 } };
  const [last] = texts(entry(1, { n_detections: 4 }), entry(2, { n_detections: 5, reasons: [late] }));
  expect(last).toContain('Ещё 1 термоточка');
  expect(last).toContain('Пролёт Aqua пришёл с опозданием');
});

test('fires that were merged keep their own story', () => {
  const lines = texts(
    entry(1, { id: 'a', n_detections: 4 }),
    entry(2, { id: 'b', n_detections: 90 }),
    entry(3, { id: 'a', n_detections: 5 }),
  );
  expect(lines).toEqual([
    'Ещё 1 термоточка, стало 12 га',
    'Обнаружен: 90 термоточек',
    'Обнаружен: 4 термоточки',
  ]);
});
