/** Reading a fire: which list it stands in, how loudly it asks, what it is called. Pure. */
import type { Fire, FireStatus, Report } from './api-types';
import { MINUTE, ms } from './time';

export type Group = 'new' | 'work' | 'held';
export type Severity = 0 | 1 | 2 | 3;

const GROUPS: Record<FireStatus, Group | null> = {
  signal: 'new',
  registered: 'work',
  dispatched: 'work',
  fighting: 'work',
  contained: 'held',
  mopup: 'held',
  out: 'held',
  suspended: 'held',
  transferred: 'held',
  rejected: 'held',
  merged: null,
};

/**
 * When a fire asks for attention first. Sorting aids, not norms: an operator's rules come with alerts.
 * near_km, far_km: distance to a settlement; frp_mw: radiative power; growth_ha_h: growth per hour.
 */
export const LOUD = { near_km: 5, far_km: 15, frp_mw: 300, growth_ha_h: 10, area_ha: 200, doubtful: 0.3 };

export function groupOf(fire: Fire): Group | null {
  return GROUPS[fire.status];
}

export function isUnaccepted(fire: Fire): boolean {
  return fire.status === 'signal';
}

export function severity(fire: Fire): Severity {
  if (fire.status === 'rejected' || fire.status === 'merged' || fire.activity === 'out') return 0;
  if (fire.status === 'out' || fire.status === 'transferred') return 0;
  if (fire.status === 'signal' && fire.likelihood < LOUD.doubtful) return 0;
  const distance = fire.address.nearest?.distance_km ?? Infinity;
  const grows = (fire.growth_ha_h ?? 0) >= LOUD.growth_ha_h || fire.frp_mw >= LOUD.frp_mw;
  if (distance <= LOUD.near_km || (grows && distance <= LOUD.far_km)) return 3;
  if (grows || fire.area_ha >= LOUD.area_ha || distance <= LOUD.far_km) return 2;
  return 1;
}

export function isNearSettlement(fire: Fire): boolean {
  return severity(fire) > 0 && (fire.address.nearest?.distance_km ?? Infinity) <= LOUD.near_km;
}

/** Four last hex digits of the id (random in UUIDv7): enough to say over the radio before a number. */
export function temporaryLabel(id: string): string {
  return id.replace(/-/g, '').slice(-4).toUpperCase();
}

/** Serial part of `region-year-serial`, as people say it; the whole number stays in the card. */
export function shortNumber(fire: Pick<Fire, 'number' | 'id'>): string {
  if (!fire.number) return temporaryLabel(fire.id);
  return String(Number(fire.number.split('-').at(-1)) || fire.number);
}

/** How a fire stands against the norm for registration; null when nothing is owed any more. */
export function clockLeft(fire: Fire, now: number, normSeconds: number): number | null {
  if (!isUnaccepted(fire)) return null;
  return ms(fire.received_at) + normSeconds * 1000 - now;
}

export function reportLeft(report: Report, now: number, normSeconds: number): number | null {
  if (report.status !== 'queued') return null;
  return ms(report.received_at) + normSeconds * 1000 - now;
}

/** Within the last minute of the norm, or beyond it. */
export function urgency(left: number): 'calm' | 'soon' | 'late' {
  if (left < 0) return 'late';
  return left < MINUTE ? 'soon' : 'calm';
}

export type Row =
  | { key: string; kind: 'fire'; fire: Fire; severity: Severity }
  | { key: string; kind: 'report'; report: Report; severity: Severity };

/** Nobody has decided on it yet. */
export function isOpen(report: Report): boolean {
  return report.status === 'queued' || report.status === 'field_check';
}

export function reportSeverity(report: Report): Severity {
  return report.seen === 'flame' ? 3 : 2;
}

/** New signals: loudest first, then the longest waiting. Others: loudest first, then the largest. */
export function rowsOf(group: Group, fires: Iterable<Fire>, reports: Iterable<Report>): Row[] {
  const rows: Row[] = [];
  for (const fire of fires) {
    if (groupOf(fire) === group) rows.push({ key: fire.id, kind: 'fire', fire, severity: severity(fire) });
  }
  if (group === 'new') {
    for (const report of reports) {
      if (isOpen(report)) {
        rows.push({ key: report.id, kind: 'report', report, severity: reportSeverity(report) });
      }
    }
  }
  const received = (row: Row) => ms(row.kind === 'fire' ? row.fire.received_at : row.report.received_at);
  const area = (row: Row) => (row.kind === 'fire' ? row.fire.area_ha : 0);
  const order =
    group === 'new'
      ? (a: Row, b: Row) => received(a) - received(b)
      : (a: Row, b: Row) => closedLast(a) - closedLast(b) || area(b) - area(a);
  return rows.sort((a, b) => b.severity - a.severity || order(a, b) || (a.key < b.key ? -1 : 1));
}

/** By score, highest first; reports, which have none, come after the fires. Stable. */
export function byPriority(rows: Row[], score: (id: string) => number): Row[] {
  const of = (row: Row) => (row.kind === 'fire' ? score(row.key) : -1);
  return [...rows].sort((a, b) => of(b) - of(a));
}

function closedLast(row: Row): number {
  return row.kind === 'fire' && ['out', 'rejected', 'transferred'].includes(row.fire.status) ? 1 : 0;
}

/**
 * The list never moves under the cursor: while it is held, rows keep their places and newcomers wait,
 * counted, above the list. `alive` tells which of the shown rows still exist at all.
 */
export function holdOrder(
  shown: string[],
  wanted: string[],
  held: boolean,
  alive: (key: string) => boolean,
): { order: string[]; waiting: number } {
  if (!held) return { order: wanted, waiting: 0 };
  const order = shown.filter(alive);
  const known = new Set(order);
  return { order, waiting: wanted.filter((key) => !known.has(key)).length };
}
