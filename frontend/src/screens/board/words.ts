/** The board's figures and codes in the reader's words. */
import { knows, lang, named, number, t, term } from '../../lib/i18n.svelte';
import { age, clock, hectares, kilometres, ms, stamp } from '../../lib/time';
import type { Board, BoardAbout, BoardChange, BoardFire, BoardThreat } from './api';

const ROMAN = ['', 'I', 'II', 'III', 'IV', 'V'];
const DAY_MS = 86_400_000;
export const roman = (level: number | null | undefined): string => (level ? (ROMAN[level] ?? '–') : '–');
export const percent = (share: number): string => number(share * 100);

export function day(iso: string): string {
  return new Date(`${iso}T00:00:00`).toLocaleDateString(lang(), { day: 'numeric', month: 'long' });
}

/** How a fire is called: by its number, else as a signal by the place that people know. */
export function called(fire: Pick<BoardFire, 'number' | 'nearest'>): string {
  if (fire.number) return fire.number;
  const place = fire.nearest ? named(fire.nearest.name) : '';
  return place ? `${t('board.fires.signal_at')} · ${place}` : t('board.fires.signal_at');
}

export function where(about: BoardAbout | BoardFire): string {
  const { nearest } = about;
  const parts = [
    about.municipality ? named(about.municipality) : '',
    nearest
      ? t('board.fires.from_place', { km: kilometres(nearest.distance_km), place: named(nearest.name) })
      : '',
  ];
  return parts.filter(Boolean).join(', ');
}

/** The dispatcher's map with this fire open. */
export { onMap } from '../../lib/links';

export type Press = 'touched' | 'due' | 'soon' | 'close' | 'later' | 'maybe' | 'near';
/** Hours within which what a forecast reaches counts as soon. */
const SOON_MS = 6 * 3_600_000;
/** Nearer than this is close, whatever a forecast says, km. */
const CLOSE_KM = 3;

export function press(threat: BoardThreat, now: number): Press {
  if (threat.km === 0) return 'touched';
  const reach = threat.reach;
  const left = reach?.p50_at ? ms(reach.p50_at) - now : null;
  if (left !== null && left <= SOON_MS) return left <= 0 ? 'due' : 'soon';
  if (threat.km <= CLOSE_KM) return 'close';
  if (left !== null) return 'later';
  return reach && reach.probability > 0 ? 'maybe' : 'near';
}

/** When a thing is reached, in few words. */
export function reachedIn(threat: BoardThreat, now: number): string {
  const pressing = press(threat, now);
  const at = threat.reach?.p50_at;
  if (pressing === 'touched') return t('board.threats.touched');
  if (pressing === 'due') return t('board.threats.due');
  if (at) return t('board.threats.in', { age: age(ms(at) - now) });
  if (pressing === 'maybe') return t('board.threats.maybe', { p: percent(threat.reach?.probability ?? 0) });
  return t('board.threats.km', { km: kilometres(threat.km) });
}

/** The clock alone says enough of today; what lies further away carries its day. */
export const when = (at: string, now: number): string =>
  Math.abs(ms(at) - now) < DAY_MS / 2 ? clock(at) : stamp(at);

const place = (told: unknown): string => named(told as Record<string, string>);

function regimeWords(params: BoardChange['params'], board: Board): Record<string, string> {
  const code = String(params.place);
  const known = board.danger.rows.find((row) => row.code === code);
  const everywhere = code === '*' ? t('board.region') : code;
  return {
    kind: term('regime_kind', String(params.kind)),
    place: known ? named(known.name) : everywhere,
    act: String(params.act),
    day: day(String(params.day)),
  };
}

/** What happened, as a sentence without its fire. */
export function told(change: BoardChange, board: Board, now: number): string {
  const { what, params } = change;
  if (knows(`moment.${what}`) && what !== 'merged') return term('moment', what);
  switch (what) {
    case 'signal':
      return t('board.change.signal', { ha: hectares(Number(params.ha)) });
    case 'grown':
      return t('board.change.grown', {
        from: hectares(Number(params.from_ha)),
        to: hectares(Number(params.to_ha)),
      });
    case 'near':
      return t('board.change.near', { km: kilometres(Number(params.km)), place: place(params.place) });
    case 'touched':
      return t('board.change.touched', { place: place(params.place) });
    case 'reached':
      return ms(String(params.reached_at)) > now
        ? t('board.change.reached', { place: place(params.place), at: when(String(params.reached_at), now) })
        : t('board.change.arrived_at', { place: place(params.place) });
    case 'merged':
      return t('board.change.merged');
    case 'regime':
      return t('board.change.regime', regimeWords(params, board));
    case 'regime_ends':
      return t('board.change.regime_ends', regimeWords(params, board));
    default:
      return what;
  }
}

export type Which = 'all' | 'active' | 'signals' | 'unattended' | 'near';
const FOUGHT = ['registered', 'dispatched', 'fighting'];

/** Whether a fire stands behind a figure: what is counted and what is listed are the same. */
export function behind(fire: BoardFire, which: Which): boolean {
  if (which === 'all') return true;
  if (which === 'near') return !fire.inside;
  if (!fire.inside) return false;
  if (which === 'signals') return fire.status === 'signal' && !fire.doubtful;
  if (fire.status === 'signal') return false;
  const nobody = !fire.units_sent && !fire.units_working;
  return which === 'active' || (FOUGHT.includes(fire.status) && nobody);
}

/** The situation in a few sentences. */
export function headline(board: Board): string[] {
  const { counts, threats, asked } = board;
  const towns = threats.rows.filter((one) => one.kind === 'settlement').map((one) => named(one.name));
  const few = towns.slice(0, 3).join(', ') + (threats.settlements > 3 ? '…' : '');
  const waiting = asked.orders.length + asked.notices.length;
  return [
    counts.active
      ? t('board.say.fires', { n: counts.active, ha: hectares(counts.area_ha) })
      : t('board.say.no_fires'),
    counts.signals ? t('board.say.signals', { n: counts.signals, ha: hectares(counts.signals_area_ha) }) : '',
    threats.settlements
      ? t('board.say.threat', { n: threats.settlements, places: few })
      : t('board.say.no_threat'),
    counts.unattended ? t('board.say.unattended', { n: counts.unattended }) : '',
    waiting ? t('board.say.asked', { n: waiting }) : '',
  ].filter(Boolean);
}
