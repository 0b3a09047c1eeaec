/** Screens as a person meets them: by role and by word, with a server that answers or refuses. */
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from '../../src/lib/api';
import type { Fire } from '../../src/lib/api-types';
import { destination } from '../../src/lib/sight';
import { setZones } from '../../src/lib/time';
import CallCard from '../../src/screens/dispatcher/CallCard.svelte';
import { DESK } from '../../src/screens/dispatcher/context';
import type { Desk } from '../../src/screens/dispatcher/desk.svelte';
import FeedChip from '../../src/screens/dispatcher/FeedChip.svelte';
import FireCard from '../../src/screens/dispatcher/FireCard.svelte';
import Queue from '../../src/screens/dispatcher/Queue.svelte';
import ReportCard from '../../src/screens/dispatcher/ReportCard.svelte';
import TopBar from '../../src/screens/dispatcher/TopBar.svelte';
import WorldBanner from '../../src/screens/dispatcher/WorldBanner.svelte';
import { fitted } from '../../src/screens/report/photo';
import { aDesk, type Server } from './desk';
import { aFire, aReport, type aSnapshot, speak } from './helpers';

let server: Server;
vi.mock('../../src/lib/api-reports', () => ({ reportsApi: () => server }));
let desk: Desk;
const context = () => new Map([[DESK, desk]]);

function start(snapshot: Parameters<typeof aSnapshot>[0] = {}): void {
  ({ desk, server } = aDesk(snapshot));
}

const refusal = (status: number, code: string, params = {}) =>
  new ApiError(status, { type: `urn:sylvan:${code}`, title: code, status, code, params });
const fireOf = (): Fire => desk.store.fires.get(aFire().id) as Fire;

beforeEach(() => {
  speak('ru');
  setZones(['Asia/Yakutsk']);
  history.replaceState(null, '', '/');
});

describe('the card of a fire', () => {
  test('registers in two steps and shows the number', async () => {
    start({ fires: [aFire()] });
    server.register.mockImplementation(async () => {
      desk.store.putFire(aFire({ version: 3, status: 'registered', number: 'SAK-2026-214' }));
      return { id: aFire().id, version: 3 };
    });
    desk.select(aFire().id);
    const { rerender } = render(FireCard, { props: { fire: fireOf() }, context: context() });
    await fireEvent.click(screen.getByRole('button', { name: /Зарегистрировать/ }));
    expect(server.register).not.toHaveBeenCalled();
    await fireEvent.click(screen.getByRole('button', { name: /Да, зарегистрировать/ }));
    await waitFor(() => expect(desk.notice).toContain('SAK-2026-214'));
    expect(server.register).toHaveBeenCalledOnce();
    await rerender({ fire: fireOf() });
    expect(screen.getByRole('heading', { name: 'Пожар № 214' })).toBeTruthy();
  });

  test('a refusal says who changed what and keeps the form', async () => {
    start({ fires: [aFire()] });
    server.register.mockRejectedValue(
      refusal(409, 'problem.stale_version', {
        by: 'А. Петрова',
        action: 'fire.registered',
        at: '2026-08-14T05:00:00Z',
        fields: 'status',
        expected: 1,
        actual: 2,
      }),
    );
    desk.select(aFire().id);
    desk.openForm('register');
    render(FireCard, { props: { fire: fireOf() }, context: context() });
    await fireEvent.click(screen.getByRole('button', { name: /Да, зарегистрировать/ }));
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('А. Петрова');
    expect(screen.getByRole('button', { name: /Да, зарегистрировать/ })).toBeTruthy();
  });

  test('rejecting needs a reason of the list', async () => {
    start({ fires: [aFire()] });
    desk.select(aFire().id);
    desk.openForm('reject');
    render(FireCard, { props: { fire: fireOf() }, context: context() });
    const send = screen.getByRole<HTMLButtonElement>('button', { name: 'Отклонить' });
    expect(send.disabled).toBe(true);
    await fireEvent.click(screen.getByRole('radio', { name: /не обнаружен/ }));
    await fireEvent.click(send);
    await waitFor(() => expect(server.reject).toHaveBeenCalledWith(expect.anything(), 'not_found', ''));
  });

  test('the next step asks for the facts that the server wants with it', async () => {
    const fire = aFire({ status: 'registered', number: 'SAK-2026-1' });
    start({ fires: [fire] });
    desk.select(fire.id);
    desk.openForm('status');
    render(FireCard, { props: { fire }, context: context() });
    await fireEvent.change(screen.getByRole('combobox'), { target: { value: 'fighting' } });
    await fireEvent.input(screen.getByLabelText('Руководитель тушения'), { target: { value: 'Иванов' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Сменить' }));
    await waitFor(() =>
      expect(server.setStatus).toHaveBeenCalledWith(expect.anything(), 'fighting', { commander: 'Иванов' }),
    );
  });
});

describe('the card of a report', () => {
  test.each([
    ['queued', 1],
    ['promoted', 0],
  ] as const)(
    'the register key on a %s report asks the server %i times, also when refused',
    async (status, times) => {
      start({ reports: [aReport({ status })] });
      server.promote.mockRejectedValue(refusal(409, 'problem.report_settled'));
      server.report.mockImplementation(async () => aReport({ status }));
      desk.select(aReport().id);
      render(ReportCard, { props: { report: aReport({ status }) }, context: context() });
      desk.openForm('register');
      await waitFor(() => expect(desk.form).toBeNull());
      await new Promise((later) => setTimeout(later, 50)); // time for a second question, if one came
      expect(server.promote).toHaveBeenCalledTimes(times);
    },
  );
});

describe('the queue', () => {
  test('tells the server once that a signal was shown', async () => {
    start({ fires: [aFire()], reports: [aReport()] });
    const { rerender } = render(Queue, { props: { onorder: () => undefined }, context: context() });
    await waitFor(() => expect(server.shown).toHaveBeenCalledOnce());
    desk.store.putFire(aFire({ version: 2, shown_at: '2026-08-14T05:21:00Z', area_ha: 99 }));
    await rerender({});
    expect(server.shown).toHaveBeenCalledOnce();
  });

  test('newcomers wait above while the pointer is inside', async () => {
    start({ fires: [aFire({ id: 'aaaa' })] });
    const { container } = render(Queue, { props: { onorder: () => undefined }, context: context() });
    const list = container.querySelector('#queue-list') as HTMLElement;
    const enter = new MouseEvent('pointerenter');
    Object.defineProperty(enter, 'pointerType', { value: 'mouse' });
    list.dispatchEvent(enter);
    desk.store.putFire(aFire({ id: 'bbbb', frp_mw: 5000 }));
    const more = await screen.findByRole('button', { name: /1 новый/ });
    expect(container.querySelectorAll('[data-fire]').length).toBe(1);
    await fireEvent.click(more);
    await waitFor(() => expect(container.querySelectorAll('[data-fire]').length).toBe(2));
    expect(container.querySelector('[data-fire]')?.getAttribute('data-fire')).toBe('bbbb');
  });

  test('an empty list without a connection does not look like "no fires"', async () => {
    start();
    desk.store.status = 'offline';
    render(Queue, { props: { onorder: () => undefined }, context: context() });
    expect(screen.getByText(/не значит, что пожаров нет/)).toBeTruthy();
  });
});

describe('the top of the screen', () => {
  test('a replay is never taken for the real thing', () => {
    start({ world: { id: 2, name: 'август-2017', kind: 'replay', now: '2017-08-14T05:00:00Z', rate: 60 } });
    render(WorldBanner, { context: context() });
    const banner = screen.getByRole('note');
    expect(banner.textContent).toContain('Повтор');
    expect(banner.textContent).toContain('14 августа 2017');
    expect(banner.textContent).toContain('не текущая обстановка');
  });

  test('the live world has no banner', () => {
    start();
    render(WorldBanner, { context: context() });
    expect(screen.queryByRole('note')).toBeNull();
  });

  test('counters open their list', async () => {
    start({ fires: [aFire(), aFire({ id: 'w', status: 'fighting' })] });
    desk.tab = 'held';
    render(TopBar, { context: context() });
    await fireEvent.click(screen.getByRole('button', { name: '1 в работе' }));
    expect(desk.tab).toBe('work');
  });

  test('sources that fell silent are told apart from a lost line', async () => {
    const feed = {
      feed: 'v',
      kind: 'firms',
      title: null,
      last_poll: null,
      last_pass: null,
      last_data: null,
      rows: 0,
      paused: null,
    };
    start({
      feeds: [
        { ...feed, state: 'failing', last_error: { code: 'x', params: {}, at: '2026-08-14T05:00:00Z' } },
      ],
    });
    desk.store.status = 'online';
    render(FeedChip, { context: context() });
    expect(screen.getByRole('status').textContent).toBe('Отстаёт');
    desk.store.status = 'offline';
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe('Нет связи'));
  });
});

describe('the call card', () => {
  test('bearing and distance give a point before anything is sent', async () => {
    start();
    vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('no layers here')));
    server.submit.mockResolvedValue(aReport());
    render(CallCard, { context: context() });
    await fireEvent.click(screen.getByRole('radio', { name: 'азимут и расстояние' }));
    await fireEvent.input(screen.getByLabelText(/Откуда видно/), { target: { value: '62.0 129.0' } });
    await fireEvent.input(screen.getByLabelText('Азимут, °'), { target: { value: '214' } });
    await fireEvent.input(screen.getByLabelText('Расстояние, км'), { target: { value: '12' } });
    const [lon, lat] = destination([129, 62], 214, 12);
    await screen.findByText(new RegExp(`Точка: ${lat.toFixed(5)}.*${lon.toFixed(5)}`));
    await fireEvent.click(screen.getByRole('button', { name: 'Принять вызов' }));
    await waitFor(() => expect(server.submit).toHaveBeenCalledOnce());
    expect(server.submit.mock.calls[0]?.[0].place).toEqual({
      method: 'bearing',
      bearings: [{ origin: [129, 62], bearing_deg: 214, distance_km: 12, name: '62.0 129.0' }],
    });
    vi.unstubAllGlobals();
  });

  test('sent twice after a lost answer, it carries the same key', async () => {
    start();
    server.submit.mockRejectedValueOnce(new TypeError('lost')).mockResolvedValueOnce(aReport());
    render(CallCard, { context: context() });
    await fireEvent.input(screen.getByLabelText('Координаты'), { target: { value: '62.46 128.12' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Принять вызов' }));
    await screen.findByRole('alert');
    await fireEvent.click(screen.getByRole('button', { name: 'Принять вызов' }));
    await waitFor(() => expect(server.submit).toHaveBeenCalledTimes(2));
    expect(server.submit.mock.calls[0]?.[1]).toBe(server.submit.mock.calls[1]?.[1]);
  });

  test('without a place nothing is sent', async () => {
    start();
    render(CallCard, { context: context() });
    await fireEvent.click(screen.getByRole('button', { name: 'Принять вызов' }));
    expect((await screen.findByRole('alert')).textContent).toContain('место');
    expect(server.submit).not.toHaveBeenCalled();
  });
});

test('a photo keeps its shape when it is made smaller, and is never made larger', () => {
  expect(fitted(4000, 3000)).toEqual({ width: 1600, height: 1200 });
  expect(fitted(3000, 4000)).toEqual({ width: 1200, height: 1600 });
  expect(fitted(800, 600)).toEqual({ width: 800, height: 600 });
});
