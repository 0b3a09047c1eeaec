/** Small makers of what the board is told. */
import type { Board, BoardFire, BoardOrder, BoardThreat } from '../../src/screens/board/api';

export const NOW = Date.parse('2026-07-17T06:00:00Z');
export const at = (hours: number) => new Date(NOW + hours * 3_600_000).toISOString();
export const TOWN = { ru: 'Сунтар', en: 'Suntar' };

export function aFire(more: Partial<BoardFire> = {}): BoardFire {
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

export function aThreat(more: Partial<BoardThreat> = {}): BoardThreat {
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

export const reach = (hours: number | null, probability = 0.6) => ({
  p10_at: null,
  p50_at: hours === null ? null : at(hours),
  p90_at: null,
  probability,
});

export function aRequest(more: object = {}): BoardOrder {
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

export function aBoard(more: object = {}): Board {
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
