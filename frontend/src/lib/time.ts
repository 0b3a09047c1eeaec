/** Instants as people on duty read them: region time with its zone, UTC beside, and ages. */
import { formatInstantsWith, lang, locales, number, t } from './i18n.svelte';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** Ages are given in days from here on: "1 d" for 25 hours would hide too much. */
const DAYS_FROM = 48 * HOUR;

let zones: string[] = ['Asia/Yakutsk'];

/** The region's zones, the main one first. Unknown names are dropped, UTC is the last resort. */
export function setZones(names: string[]): void {
  const known = names.filter(isZone);
  zones = known.length ? known : ['UTC'];
}

export function mainZone(): string {
  return zones[0] ?? 'UTC';
}

export function allZones(): string[] {
  return zones;
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const cache = new Map<string, Intl.DateTimeFormat>();
function formatter(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${lang()}|${zone}|${JSON.stringify(options)}`;
  let format = cache.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locales(), { timeZone: zone, ...options });
    cache.set(key, format);
  }
  return format;
}

export function ms(at: string | number | Date): number {
  return typeof at === 'number' ? at : new Date(at).getTime();
}

export function clock(at: string | number, zone = mainZone(), seconds = false): string {
  return formatter(zone, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(seconds ? { second: '2-digit' } : {}),
  }).format(ms(at));
}

export function dayMonth(at: string | number, zone = mainZone()): string {
  return formatter(zone, { day: 'numeric', month: 'short' }).format(ms(at));
}

export function dayMonthYear(at: string | number, zone = mainZone()): string {
  return formatter(zone, { day: 'numeric', month: 'long', year: 'numeric' }).format(ms(at));
}

/** `14 авг., 14:37` in the region's main zone. */
export function stamp(at: string | number, zone = mainZone()): string {
  return `${dayMonth(at, zone)} ${clock(at, zone)}`;
}

/** Offset from UTC at that instant, such as `UTC+9`. */
export function offset(at: string | number, zone = mainZone()): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(
    ms(at),
  );
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'UTC';
  return name.replace('GMT', 'UTC');
}

/** `12 мин`, `5 ч 24 мин`, `2 сут`: short, rounded down, never negative. */
export function age(span: number): string {
  const left = Math.max(0, span);
  if (left < MINUTE) return t('age.seconds', { s: Math.floor(left / SECOND) });
  if (left < HOUR) return t('age.minutes', { m: Math.floor(left / MINUTE) });
  if (left >= DAYS_FROM) return t('age.days', { d: Math.floor(left / DAY) });
  const minutes = Math.floor((left % HOUR) / MINUTE);
  const hours = Math.floor(left / HOUR);
  return minutes ? t('age.hours_minutes', { h: hours, m: minutes }) : t('age.hours', { h: hours });
}

/** `1:24` or, from an hour on, `2:05:09`. */
export function countdown(span: number): string {
  const total = Math.floor(Math.abs(span) / SECOND);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  return hours ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`;
}

/** What is left of a norm, or `+` what has run beyond it; from an hour on the seconds don't matter. */
export function waited(left: number): string {
  if (left >= 0) return countdown(left);
  return `+${-left < HOUR ? countdown(left) : age(-left)}`;
}

/** Value for `<input type="datetime-local">` in the given zone, and back again. */
export function toLocalInput(at: number, zone = mainZone()): string {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(at)
      .map((part) => [part.type, part.value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

export function fromLocalInput(text: string, zone = mainZone()): number | null {
  // Date.parse alone would read almost anything as some day of the year 2000.
  const asUtc = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? Date.parse(`${text}:00Z`) : NaN;
  if (Number.isNaN(asUtc)) return null;
  // The zone's offset is first taken at the wall time read as UTC, then at the corrected instant:
  // two steps are enough on either side of a change of the clocks.
  const guess = asUtc - zoneOffset(asUtc, zone);
  return asUtc - zoneOffset(guess, zone);
}

function zoneOffset(at: number, zone: string): number {
  const wall = Date.parse(`${toLocalInput(at, zone)}:00Z`);
  return wall - Math.floor(at / MINUTE) * MINUTE;
}

export function hectares(value: number): string {
  return t('unit.ha', { v: number(value, value < 100 ? 1 : 0) });
}

export function kilometres(value: number): string {
  return t('unit.km', { v: number(value, value < 10 ? 1 : 0) });
}

formatInstantsWith(stamp);
