/** The register beside the map: found, edited by one field at a time, loaded with its faults by line. */
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import { ApiError } from '../../src/lib/api';
import { setZones } from '../../src/lib/time';
import { DESK } from '../../src/screens/dispatcher/context';
import type { Desk } from '../../src/screens/dispatcher/desk.svelte';
import { filters } from '../../src/screens/dispatcher/forces/filters.svelte';
import ForcesPanel from '../../src/screens/dispatcher/forces/ForcesPanel.svelte';
import { aDesk, type Server } from './desk';
import { aBase, aUnit } from './force-things';
import { speak } from './helpers';

let desk: Desk;
let server: Server;
vi.mock('../../src/lib/api-forces', () => ({ forcesApi: () => server }));
const detail = (changes: object = {}) => ({
  ...aUnit('heli-1', { name: { ru: 'Вертолёт 1', en: 'Helicopter 1' } }),
  own: { mobility: null, specs: { people: 3 }, speeds: {} },
  specs: {
    people: { value: 3, source: 'unit', verified: true },
    range_km: { value: 600, source: 'study', verified: false },
  },
  speeds: { air: { value: 200, source: 'study', verified: false } },
  method: 'air',
  carried_by: [],
  contact: '',
  note: '',
  rules: 'forces-1',
  options: ['assigned', 'resting', 'off_duty', 'out_of_service'],
  ...changes,
});

function open(what = ''): void {
  const units = [
    aUnit('heli-1', { name: { ru: 'Вертолёт 1', en: 'Helicopter 1' } }),
    aUnit('crew-1', { kind: 'ground_crew', status: 'resting', name: { ru: 'Команда 1', en: 'Crew 1' } }),
  ];
  ({ desk, server } = aDesk({ units, stations: [aBase()], orders: [] } as never));
  server.unit.mockResolvedValue(detail());
  server.unitHistory.mockResolvedValue([
    {
      at: '2026-07-17T05:00:00Z',
      recorded_at: '2026-07-17T05:00:00Z',
      by: 'local',
      action: 'unit.edit',
      version: 2,
      fire_id: null,
      changes: { specs: { people: 3 } },
    },
    {
      at: '2026-07-17T04:00:00Z',
      recorded_at: '2026-07-17T04:00:00Z',
      by: 'crew:heli-1',
      action: 'order.departed',
      version: null,
      fire_id: null,
      changes: {},
    },
  ]);
  desk.units = what;
  render(ForcesPanel, { context: new Map([[DESK, desk]]) });
}

beforeEach(() => {
  speak('ru');
  setZones(['Asia/Yakutsk']);
  Object.assign(filters, { text: '', kind: '', state: '', base: '' });
});

test('bases tell how many are free; what is looked for opens them', async () => {
  open();
  expect(screen.getByText('1/2')).toBeTruthy();
  expect(screen.queryByText('Вертолёт 1')).toBeNull();
  await fireEvent.input(screen.getByRole('searchbox'), { target: { value: 'верт' } });
  expect(screen.getByText('Вертолёт 1')).toBeTruthy();
  expect(screen.queryByText('Команда 1')).toBeNull();
  await fireEvent.input(screen.getByRole('searchbox'), { target: { value: '' } });
  await fireEvent.click(screen.getByRole('button', { name: /Отдых, не действует 1/ }));
  expect(screen.getByText('Команда 1')).toBeTruthy();
});

test('a card shows figures with where they are from, history in words, and steps that are no order', async () => {
  open('unit:id-heli-1');
  expect(await screen.findByText('экипаж, группа', { exact: false })).toBeTruthy();
  expect(screen.getByText('Людей: 3')).toBeTruthy();
  expect(screen.getAllByText('· норма').length).toBe(2);
  expect(screen.queryByRole('button', { name: 'Назначено' })).toBeNull();
  await fireEvent.click(screen.getByRole('button', { name: 'Не действует' }));
  await waitFor(() =>
    expect(server.stepUnit).toHaveBeenCalledWith({ id: 'id-heli-1', version: 1 }, 'out_of_service'),
  );
});

test('only what was changed is sent, with the version that was read', async () => {
  open('unit:id-heli-1');
  await fireEvent.click(await screen.findByRole('button', { name: 'Изменить' }));
  await fireEvent.input(screen.getByLabelText('Людей'), { target: { value: '5' } });
  await fireEvent.input(screen.getByLabelText('Новое место (с ваших слов)'), {
    target: { value: '62.5 129.5' },
  });
  await fireEvent.click(screen.getByRole('button', { name: 'Сохранить' }));
  await waitFor(() => expect(server.placeUnit).toHaveBeenCalledOnce());
  const [unit, body] = server.editUnit.mock.calls[0] ?? [];
  expect(unit.version).toBe(1);
  expect(body).toEqual({ specs: { people: 5 } });
  expect(server.placeUnit.mock.calls[0]?.slice(0, 2)).toEqual(['heli-1', [129.5, 62.5]]);
});

test('a file is judged first; its faults are told by sheet and line', async () => {
  open('file:');
  server.takeRegister.mockRejectedValueOnce(
    new ApiError(422, {
      type: 'urn:sylvan:problem:forces.file_refused',
      title: 'x',
      status: 422,
      code: 'forces.file_refused',
      params: { file: 'r.xlsx', count: 1 },
      errors: [{ field: 'units:14.range_km', code: 'forces.twice', params: { code: 'a', first: 3 } }],
    } as never),
  );
  const input = screen.getByLabelText('Файл');
  const file = new File(['x'], 'r.xlsx');
  await fireEvent.change(input, { target: { files: [file] } });
  expect(await screen.findByText('units, строка 14, range_km')).toBeTruthy();
  expect(server.takeRegister).toHaveBeenCalledWith(file, true);
  server.takeRegister.mockResolvedValueOnce({
    stored: false,
    stations: 1,
    units: 2,
    remarks: [],
    ignored: [],
  });
  await fireEvent.click(screen.getByRole('button', { name: 'Повторить' }));
  server.takeRegister.mockResolvedValueOnce({
    stored: true,
    stations: { added: 0, changed: 0, same: 1 },
    units: { added: 1, changed: 1, same: 0 },
    remarks: [],
    ignored: [],
  });
  await fireEvent.click(await screen.findByRole('button', { name: 'Загрузить в реестр' }));
  expect(await screen.findByText(/Загружено\..*новых 1, изменено 1/)).toBeTruthy();
  expect(server.takeRegister).toHaveBeenLastCalledWith(file, false);
});
