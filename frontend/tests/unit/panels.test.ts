/** The panels of a fire as a duty officer meets them, with a server that answers, refuses, or is older. */
import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from '../../src/lib/api';
import { t } from '../../src/lib/i18n.svelte';
import { prefs } from '../../src/lib/prefs.svelte';
import { setZones } from '../../src/lib/time';
import { DESK } from '../../src/screens/dispatcher/context';
import type { Desk } from '../../src/screens/dispatcher/desk.svelte';
import { layOut, nextOf } from '../../src/screens/dispatcher/fire/passes';
import { bars, signed, termText } from '../../src/screens/dispatcher/fire/why';
import FireCard from '../../src/screens/dispatcher/FireCard.svelte';
import HeatPanel from '../../src/screens/dispatcher/heat/HeatPanel.svelte';
import PastBar from '../../src/screens/dispatcher/PastBar.svelte';
import { passGroups, spotsOf, SurgeryTool } from '../../src/screens/dispatcher/tools/surgery.svelte';
import SurgeryPanel from '../../src/screens/dispatcher/tools/SurgeryPanel.svelte';
import { aDesk, type Server } from './desk';
import { detections, explanation, passes, surgery } from './engine';
import { aFire, speak } from './helpers';

let desk: Desk;
let server: Server;
vi.mock('../../src/lib/api-ground', () => ({ groundApi: () => server }));
vi.mock('../../src/lib/api-surgery', () => ({ surgeryApi: () => server }));
const context = () => new Map([[DESK, desk]]);
const NOW = '2026-08-14T05:22:00Z';

function start(fires = [aFire()]): void {
  const world = { id: 1, name: 'live', kind: 'live', now: '2026-08-14T05:21:30Z', rate: 1 } as const;
  ({ desk, server } = aDesk({ fires, world }));
  desk.select(fires[0]?.id ?? null);
}
function open(...names: string[]): void {
  const all = ['why', 'threats', 'priority', 'forecast', 'edge', 'passes', 'causes', 'surgery'];
  prefs.sections = Object.fromEntries(all.map((name) => [name, names.includes(name)]));
}
const card = () => render(FireCard, { props: { fire: aFire() }, context: context() });

const conflict = () =>
  new ApiError(409, {
    type: 'urn:sylvan:problem:stale_version',
    title: 'problem.stale_version',
    status: 409,
    code: 'problem.stale_version',
    params: { by: 'А. Петрова', action: 'fire.registered', at: NOW, fields: 'status' },
  });

beforeEach(() => {
  speak('ru');
  setZones(['Asia/Yakutsk']);
  open();
  history.replaceState(null, '', '/');
});

describe('why', () => {
  test('what changed since the last pass stands first, with its direction', async () => {
    start();
    server.explanation.mockResolvedValue(explanation());
    card();
    const line = await screen.findByText(/\+3 термоточки/);
    expect(line.textContent).toContain('+12 га к северо-востоку');
    expect(line.textContent).toContain('−8 МВт');
    expect(screen.getByText(/NOAA-20 · 21 мин назад/)).toBeTruthy();
  });

  test('terms are signed and in words; what is not known is kept apart', async () => {
    start();
    open('why');
    server.explanation.mockResolvedValue(explanation());
    card();
    expect((await screen.findByText('+2,1')).textContent).toContain('за пожар');
    expect(screen.getByText('−0,9').textContent).toContain('против');
    expect(screen.getByText('не известно: 1 признак')).toBeTruthy();
    expect(screen.getByText(/3 связи между точками/).textContent).toContain('1,4 км');
  });

  test('the weight is not said twice', () => {
    const text = termText({ code: 'screening.confidence_high_night', params: { weight: 2.1 } });
    expect(text).not.toMatch(/[()\d]/);
    expect(signed(-0.04)).toBe('0');
  });

  test('the heaviest term fills the scale, a light one never does', () => {
    const [first, second] = bars(explanation().likelihood);
    expect(first?.width).toBe(100);
    expect(second?.width).toBeCloseTo((100 * 0.9) / 2.1);
  });

  test('a server that does not know the question leaves the card as it was', async () => {
    start();
    open('why', 'edge', 'passes', 'causes', 'surgery');
    card();
    const notes = await screen.findAllByText('Сервер этого ещё не отдаёт.');
    expect(notes.length).toBeGreaterThanOrEqual(4);
    expect(screen.getByRole('button', { name: /Зарегистрировать/ })).toBeTruthy();
  });

  test('an answer that makes no sense takes down its own part only', async () => {
    start();
    open('why');
    server.explanation.mockResolvedValue({ why: null, change: null });
    vi.spyOn(console, 'error').mockImplementationOnce(() => undefined); // it is told there, too
    card();
    expect(await screen.findByText(t('panel.failed'))).toBeTruthy();
    expect(screen.getByRole('button', { name: /Зарегистрировать/ })).toBeTruthy();
  });
});

describe('passes', () => {
  test('the six answers of a pass differ in shape, not only in colour', async () => {
    start();
    open('passes');
    server.passes.mockResolvedValue(passes());
    const { container } = card();
    await screen.findByText(/смотрел, огня нет/, { selector: '.what' });
    const shapes = [...container.querySelectorAll('.key svg')].map((svg) =>
      svg.innerHTML.replace(/<!.*?>/g, ''),
    );
    expect(shapes.length).toBe(7);
    expect(new Set(shapes).size).toBe(7);
  });

  test('the next pass is counted down by the clock of the world', async () => {
    start();
    open('passes');
    server.passes.mockResolvedValue(passes());
    card();
    expect(await screen.findByText('VIIRS S-NPP через 42 мин')).toBeTruthy();
    expect(screen.getByText('следующий через 42 мин')).toBeTruthy();
  });

  test('a slanting look that saw nothing says that it could miss', async () => {
    start();
    open('passes');
    server.passes.mockResolvedValue(passes());
    card();
    expect((await screen.findByText(/мелкий огонь не виден/)).closest('li')?.textContent).toContain('S-NPP');
  });

  test('a strip has a lane for each satellite and ends after the next passes', () => {
    const strip = layOut(passes(), Date.parse(NOW), 24);
    expect(strip.lanes.map(({ satellite }) => satellite)).toEqual(['NOAA20', 'SNPP', 'NOAA21']);
    for (const { marks } of strip.lanes)
      for (const { left } of marks) expect(left >= 0 && left <= 100).toBe(true);
    expect(strip.gaps).toHaveLength(1);
    expect(nextOf(passes(), Date.parse(NOW))?.satellite).toBe('SNPP');
    expect(nextOf(passes(), Date.parse('2026-08-14T10:00:00Z'))).toBeNull();
  });
});

describe('corrections', () => {
  test('detections are grouped by the pass that saw them, newest first', () => {
    const groups = passGroups(spotsOf(detections()));
    expect(groups.map(({ spots }) => spots.map(({ key }) => key))).toEqual([['1', '2'], ['3']]);
  });

  test('split by pass: counted before, confirmed with a note, taken back from the notice', async () => {
    start();
    server.detections.mockResolvedValue(detections());
    server.operate.mockResolvedValue({
      surgery: 's9',
      kind: 'split',
      fires: [
        { id: aFire().id, version: 2, status: 'signal' },
        { id: '0198a000-0000-7000-8000-00000000cafe', version: 1, status: 'signal' },
      ],
    });
    const tool = new SurgeryTool(desk, aFire(), 'split');
    desk.tool = tool;
    render(SurgeryPanel, { props: { tool }, context: context() });
    const [newest] = await screen.findAllByRole('checkbox', { name: /VIIRS NOAA-20/ });
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Разделить' }).disabled).toBe(true);
    await fireEvent.click(newest as HTMLElement);
    expect(screen.getByText('Выбрано 2 точки')).toBeTruthy();
    expect(screen.getByText('Новый пожар: 2. Останется: 1.')).toBeTruthy();
    await fireEvent.input(screen.getByLabelText(/Почему/), { target: { value: 'два костра' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Разделить' }));
    await waitFor(() => expect(desk.offer).not.toBeNull());
    const [fire, kind, body] = server.operate.mock.calls[0] ?? [];
    expect([fire.id, kind]).toEqual([aFire().id, 'split']);
    expect(body.note).toBe('два костра');
    expect(body.detections.map(({ key }: { key: string }) => key).sort()).toEqual(['1', '2']);
    expect(desk.offer?.text).toBe('Отделены 2 точки: Сигнал CAFE');
    expect(desk.tool).toBeNull();
    desk.offer?.undo();
    await waitFor(() => expect(server.undoSurgery).toHaveBeenCalledWith({ id: 's9', version: 1 }));
  });

  test('who was first is told, the fire is read again, the choice stays', async () => {
    start();
    server.detections.mockResolvedValue(detections());
    server.operate.mockRejectedValue(conflict());
    const tool = new SurgeryTool(desk, aFire(), 'false');
    desk.tool = tool;
    render(SurgeryPanel, { props: { tool }, context: context() });
    const [newest] = await screen.findAllByRole('checkbox', { name: /VIIRS NOAA-20/ });
    await fireEvent.click(newest as HTMLElement);
    await fireEvent.click(screen.getByRole('button', { name: 'Пометить ложными' }));
    expect((await screen.findByRole('alert')).textContent).toContain('А. Петрова');
    expect(server.fire).toHaveBeenCalledWith(aFire().id);
    expect(desk.tool).toBe(tool);
    expect(tool.selected).toHaveLength(2);
  });

  test('a lost answer is asked again with the same key, so that it is done once', async () => {
    start();
    server.detections.mockResolvedValue(detections());
    server.operate.mockRejectedValueOnce(new TypeError('lost')).mockRejectedValueOnce(conflict());
    const tool = new SurgeryTool(desk, aFire(), 'false');
    await waitFor(() => expect(tool.spots).not.toBeNull());
    tool.toggle(['1']);
    await tool.confirm('');
    await tool.confirm('');
    await tool.confirm('');
    const keys = server.operate.mock.calls.map((call) => call[3]);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]); // what was refused is a new wish
  });

  test('the nearest fires are offered for a merge, and a fire on the map can be clicked', async () => {
    const near = aFire({ id: 'near', number: 'SAK-2026-7', status: 'fighting', point: [129.1, 62] });
    const far = aFire({ id: 'far', number: 'SAK-2026-8', status: 'fighting', point: [140, 62] });
    start([aFire(), near, far]);
    const tool = new SurgeryTool(desk, aFire(), 'merge');
    desk.tool = tool;
    render(SurgeryPanel, { props: { tool }, context: context() });
    expect(screen.getAllByRole('radio')).toHaveLength(1);
    tool.pick('far');
    await screen.findByRole('radio', { name: /№ 8/, checked: true });
    await fireEvent.click(screen.getByRole('radio', { name: /№ 7/ }));
    await fireEvent.click(screen.getByRole('button', { name: 'Слить' }));
    await waitFor(() => expect(server.operate.mock.calls[0]?.[2]).toEqual({ other: 'near' }));
  });

  test('Escape goes back one step: first the choice, then the tool', async () => {
    start();
    server.detections.mockResolvedValue(detections());
    const tool = new SurgeryTool(desk, aFire(), 'split');
    desk.tool = tool;
    await waitFor(() => expect(tool.spots).not.toBeNull());
    tool.toggle(['1']);
    tool.back();
    expect([tool.chosen.size, desk.tool]).toEqual([0, tool]);
    tool.back();
    expect(desk.tool).toBeNull();
  });

  test('what was done can be taken back, or says why not', async () => {
    start();
    open('surgery');
    server.surgeries.mockResolvedValue([
      surgery(),
      surgery({
        id: 's2',
        kind: 'merge',
        undoable: false,
        why_not: { code: 'surgery.already_undone', params: { by: 'local', at: NOW } },
      }),
    ]);
    server.detections.mockResolvedValue(detections());
    card();
    const row = (await screen.findByText('Разделён')).closest('li') as HTMLElement;
    await fireEvent.click(within(row).getByRole('button', { name: 'Отменить' }));
    await waitFor(() =>
      expect(server.undoSurgery).toHaveBeenCalledWith(expect.objectContaining({ id: 's1' })),
    );
    const other = screen.getByText('Слит').closest('li') as HTMLElement;
    expect(within(other).queryByRole('button', { name: 'Отменить' })).toBeNull();
    expect(other.textContent).toContain('Отменить нельзя: Уже отменено: диспетчер');
  });

  test('detections that people called false are marked on the map', async () => {
    start();
    server.surgeries.mockResolvedValue([surgery({ kind: 'false' })]);
    const all = detections();
    (all.features[0] as GeoJSON.Feature).properties = { key: '1', verdict: 'false' };
    server.detections.mockResolvedValue(all);
    card();
    await waitFor(() => expect(desk.marked.map(({ id }) => id)).toEqual(['1']));
  });
});

describe('the past', () => {
  test('shows what was known then, says so, and lets nothing be done', async () => {
    start([aFire({ area_ha: 90 })]);
    server.firesAsOf.mockResolvedValue([aFire({ area_ha: 20 })]);
    desk.pastAt = Date.parse('2026-08-14T04:30:00Z');
    const { unmount } = render(PastBar, { context: context() });
    await waitFor(() => expect(desk.store.past).not.toBeNull());
    expect(screen.getByRole('status').textContent).toContain('Показано прошлое: 14 авг. 13:30');
    expect(desk.store.fires.get(aFire().id)?.area_ha).toBe(20);
    expect(desk.store.live.fires.get(aFire().id)?.area_ha).toBe(90);
    card();
    expect(screen.getByText(/отсюда ничего нельзя изменить/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: /Зарегистрировать/ })).toBeNull();
    await waitFor(() =>
      expect(server.fire).toHaveBeenCalledWith(aFire().id, Date.parse('2026-08-14T04:30:00Z'), false),
    );
    unmount();
    expect(desk.store.fires.get(aFire().id)?.area_ha).toBe(90);
  });

  test('new signals go on being counted while the past is shown', () => {
    start();
    desk.store.past = { at: 0, fires: new Map() };
    desk.store.putFire(aFire({ id: 'new' }));
    expect(desk.store.live.fires.size).toBe(2);
    expect(desk.store.fires.size).toBe(0);
  });

  test('a moment that cannot be read is said, and today stays on the screen', async () => {
    start();
    server.firesAsOf.mockRejectedValue(new TypeError('no line'));
    desk.pastAt = Date.parse('2026-08-14T04:30:00Z');
    render(PastBar, { context: context() });
    await screen.findByText(t('error.no_connection'));
    expect(desk.store.past).toBeNull();
  });
});

describe('heat sources', () => {
  test('a proposed one is confirmed with a word, and taken back', async () => {
    start();
    desk.heat = 'h1';
    server.heatSource.mockResolvedValue({
      id: 'h1',
      version: 4,
      kind: 'flare',
      name: null,
      state: 'proposed',
      origin: 'learned',
      point: [120, 60],
      radius_km: 1,
      evidence: [],
      verdicts: [],
    });
    render(HeatPanel, { context: context() });
    await screen.findByRole('heading', { name: 'Газовый факел' });
    await fireEvent.input(screen.getByLabelText(/Почему/), { target: { value: 'факел № 3' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Подтвердить' }));
    await waitFor(() =>
      expect(server.judgeHeat).toHaveBeenCalledWith(
        expect.objectContaining({ version: 4 }),
        'confirm',
        'факел № 3',
      ),
    );
  });
});

describe('presence', () => {
  const told = (doing: 'looking' | 'typing', field: string | null, conflicts: string[] = []) => ({
    t: 'presence' as const,
    fire: aFire().id,
    people: [
      { who: 'me', name: 'Я', doing, field },
      { who: 'b', name: 'Борис', doing, field },
    ],
    conflicts,
  });

  test('says who else looks, and not that one looks oneself', async () => {
    start();
    desk.store.you = 'me';
    card();
    desk.store.tell(told('looking', null));
    expect((await screen.findByText('Тоже смотрит: Борис')).textContent).not.toContain('Я');
  });

  test('tells the others what is typed into and warns where two type into the same', async () => {
    start();
    const said: object[] = [];
    desk.store.say = (where) => said.push(where);
    desk.store.status = 'online';
    desk.store.you = 'me';
    desk.openForm('register');
    card();
    expect(said).toContainEqual({ fire: aFire().id, doing: 'looking', field: null });
    const note = document.querySelector<HTMLElement>('[data-field=register_note]');
    await fireEvent.input(note as HTMLElement, { target: { value: 'дым' } });
    await waitFor(() =>
      expect(said).toContainEqual({ fire: aFire().id, doing: 'typing', field: 'register_note' }),
    );
    desk.store.tell(told('typing', 'register_note', ['register_note']));
    const line = await screen.findByText('Борис пишет здесь же: примечание к регистрации');
    expect(line.className).toContain('clash');
  });
});
