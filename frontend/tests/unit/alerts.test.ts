/** The inbox: what presses comes first, and sounds until somebody has it. */
import { expect, test } from 'vitest';
import { threads, type Alert, type Inbox } from '../../src/screens/alerts/post';
import { REPEAT_S, Watch } from '../../src/screens/alerts/watch';

const alert = (id: string, told: Partial<Alert> = {}): Alert =>
  ({ id, thread: 'fire:1', grade: 'warning', asks: false, ...told }) as Alert;
const inbox = (...alerts: Alert[]): Inbox => ({ reader: 'x', waiting: 0, put_off: 0, alerts, next: null });

test('an alarm that waits for an answer stands before newer ones, and its thread before others', () => {
  const found = threads([
    alert('newest', { thread: 'feed:x' }),
    alert('new'),
    alert('alarm', { grade: 'alarm', asks: true }),
    alert('question', { thread: 'fire:2', asks: true }),
  ]);
  expect(found.map((one) => one.alerts.map(({ id }) => id))).toEqual([
    ['alarm', 'new'],
    ['question'],
    ['newest'],
  ]);
});

test('a screen that opens on old news is silent, unless an alarm still waits', () => {
  expect(new Watch().heard(inbox(alert('a'), alert('b', { asks: true })), 0)).toBe(false);
  expect(new Watch().heard(inbox(alert('a', { grade: 'alarm', asks: true })), 1e6)).toBe(true);
});

test('news sound once if they alarm or ask, and not at all if they only inform', () => {
  const watch = new Watch();
  watch.heard(inbox(), 1e6);
  expect(watch.heard(inbox(alert('a')), 1e6)).toBe(false);
  const asked = alert('b', { asks: true });
  expect(watch.heard(inbox(asked), 1e6)).toBe(true);
  expect(watch.heard(inbox(asked), 1e6 + REPEAT_S * 2000)).toBe(false);
});

test('an alarm sounds again until it is answered', () => {
  const watch = new Watch();
  watch.heard(inbox(), 1e6);
  const alarm = alert('a', { grade: 'alarm', asks: true });
  expect(watch.heard(inbox(alarm), 1e6)).toBe(true);
  expect(watch.heard(inbox(alarm), 1e6 + 1000)).toBe(false);
  expect(watch.heard(inbox(alarm), 1e6 + REPEAT_S * 1000)).toBe(true);
  const answered = { ...alarm, asks: false };
  expect(watch.heard(inbox(answered), 1e6 + REPEAT_S * 3000)).toBe(false);
});
