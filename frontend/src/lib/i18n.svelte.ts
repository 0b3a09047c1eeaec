/**
 * Two languages (a third is one more folder), one catalogue for screens and server texts alike.
 * Texts are chosen by key, filled with `{param}`, and counted with the language's own plural rules.
 */
import type ui from '@locales/ru/ui.json';
import type uiAccount from '@locales/ru/ui_account.json';
import type uiBoard from '@locales/ru/ui_board.json';
import type uiAdmin from '@locales/ru/ui_admin.json';
import type uiBorder from '@locales/ru/ui_border.json';
import type uiAlerts from '@locales/ru/ui_alerts.json';
import type uiCommand from '@locales/ru/ui_command.json';
import type uiDanger from '@locales/ru/ui_danger.json';
import type uiDrills from '@locales/ru/ui_drills.json';
import type uiDuty from '@locales/ru/ui_duty.json';
import type uiFigures from '@locales/ru/ui_figures.json';
import type uiField from '@locales/ru/ui_field.json';
import type uiFire from '@locales/ru/ui_fire.json';
import type uiForces from '@locales/ru/ui_forces.json';
import type uiHealth from '@locales/ru/ui_health.json';
import type uiPartner from '@locales/ru/ui_partner.json';
import type uiReport from '@locales/ru/ui_report.json';
import type uiThreats from '@locales/ru/ui_threats.json';
import type uiTools from '@locales/ru/ui_tools.json';
import type uiUnits from '@locales/ru/ui_units.json';
import words from 'virtual:words';
import type { Names, Said } from './api-types';

/** A folder of catalogues: any name, so that a language needs no line of code. */
export type Lang = string;
export type Key =
  | keyof typeof ui
  | keyof typeof uiAccount
  | keyof typeof uiBoard
  | keyof typeof uiAdmin
  | keyof typeof uiBorder
  | keyof typeof uiAlerts
  | keyof typeof uiCommand
  | keyof typeof uiFigures
  | keyof typeof uiField
  | keyof typeof uiFire
  | keyof typeof uiDanger
  | keyof typeof uiDrills
  | keyof typeof uiDuty
  | keyof typeof uiForces
  | keyof typeof uiHealth
  | keyof typeof uiPartner
  | keyof typeof uiReport
  | keyof typeof uiThreats
  | keyof typeof uiTools
  | keyof typeof uiUnits;
type Entry = string | Record<string, string>;
type Catalogue = Record<string, Entry>;

export type Load = () => Promise<{ default: Catalogue }>;
/** Every screen begins with these; the rest (reasons, terms, refusals) follows right after. */
const first = import.meta.glob<{ default: Catalogue }>('@locales/*/ui.json');
const wanted: Record<string, Load>[] = [words];
/** Russian and English, then what else has a folder. */
export const LANGS: Lang[] = [
  ...new Set(['ru', 'en', ...Object.keys(first).map((path) => path.split('/').at(-2) as Lang)]),
];
/** Texts that a screen does not begin without; named before the language is chosen. */
export function beginWith(files: Record<string, Load>): void {
  Object.assign(first, files);
}
const state = $state<{ lang: Lang; texts: Catalogue }>({ lang: 'ru', texts: {} });
const formatters = new Map<string, Intl.NumberFormat>();
const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** How an ISO instant inside a server text is written; time.ts puts its own in. */
let instant: (iso: string) => string = (iso) => iso;
export function formatInstantsWith(format: (iso: string) => string): void {
  instant = format;
}

export function lang(): Lang {
  return state.lang;
}

/** Where the switch of languages goes next. */
export function nextLang(): Lang {
  return LANGS[(LANGS.indexOf(state.lang) + 1) % LANGS.length] as Lang;
}

/** What a language calls itself; its code where the browser does not know it. */
export function ownName(language: Lang): string {
  return new Intl.DisplayNames([language, 'ru'], { type: 'language' }).of(language) as string;
}

/** For `Intl`: many browsers have no data of smaller languages. */
export function locales(): string[] {
  return [state.lang === 'en' ? 'en-GB' : state.lang, 'ru'];
}

async function read(files: Record<string, Load>, language: Lang): Promise<Catalogue> {
  const own = Object.entries(files).filter(([path]) => path.includes(`/${language}/`));
  const parts = await Promise.all(own.map(async ([, load]) => (await load()).default));
  return Object.assign({}, ...parts) as Catalogue;
}

/** Reads more texts into a language. */
export async function add(files: Record<string, Load>, next: Lang): Promise<void> {
  const more = await read(files, next);
  if (state.lang === next) state.texts = { ...state.texts, ...more };
}

/** A page for bad links reads these, and not all that servers can say. */
export function onlyRead(files: Record<string, Load>): void {
  wanted.splice(0, wanted.length, files);
}

/** Texts of a screen's own, read after the first ones; named before the language is chosen. */
export function alsoRead(files: Record<string, Load>): void {
  wanted.push(files);
}

/** Loads a language's catalogue and switches to it; the old one stays if loading fails. */
export async function setLang(wish: Lang): Promise<void> {
  const next = LANGS.includes(wish) ? wish : 'ru';
  useCatalogue(next, await read(first, next));
  for (const files of wanted) void add(files, next);
}

export function useCatalogue(next: Lang, texts: Catalogue): void {
  state.lang = next;
  state.texts = texts;
  if (typeof document !== 'undefined') document.documentElement.lang = next;
}

export function number(value: number, digits = 0): string {
  const key = `${state.lang}${digits}`;
  let format = formatters.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locales(), { maximumFractionDigits: digits });
    formatters.set(key, format);
  }
  return format.format(value);
}

/** A name in the reader's language, with the other language as the fallback. */
export function named(names: Partial<Names> | string | null | undefined): string {
  if (!names) return '';
  if (typeof names === 'string') return names;
  return (names as Record<string, string>)[state.lang] || names.ru || names.en || '';
}

function shown(value: unknown): string {
  if (typeof value === 'number') return number(value, Number.isInteger(value) ? 0 : 2);
  if (typeof value === 'string') return ISO_INSTANT.test(value) ? instant(value) : value;
  if (Array.isArray(value)) return value.map(shown).join(', ');
  if (value && typeof value === 'object') {
    return 'code' in value ? said(value as Said) : named(value as Partial<Names>);
  }
  return '–';
}

const BLANK = /\{(\w+)\}/g;

/** What a text counts: `n`, else the first number that it names. */
function counted(text: string, params: Record<string, unknown>): number {
  if (typeof params.n === 'number') return params.n;
  const named = [...text.matchAll(BLANK)].map(([, name]) => params[name ?? '']);
  return (named.find((value) => typeof value === 'number') as number) ?? 0;
}

function render(entry: Entry, params: Record<string, unknown>): string {
  const text =
    typeof entry === 'string'
      ? entry
      : (entry[new Intl.PluralRules(locales()).select(counted(entry.other ?? '', params))] ??
        entry.other ??
        '');
  return text.replace(BLANK, (blank, name: string) => (name in params ? spoken(name, params[name]) : blank));
}

/** Parameters whose values are codes of a list, so that a refusal does not say "signal" in Russian. */
const LISTS: Record<string, string> = {
  from: 'status',
  to: 'status',
  step: 'status',
  status: 'status',
  allowed: 'status',
  level: 'level',
  rung: 'rung',
  called: 'rung',
  zone: 'zone',
  by: 'actor',
  asks: 'actor',
  why: 'why_kept',
  verdict: 'verdict',
  undone_by: 'actor',
  satellite: 'satellite',
  satellites: 'satellite',
  source_kind: 'source',
  kind: 'surgery_kind unit_kind',
  heat: 'heat',
  thing: 'exposed',
};

function spoken(name: string, value: unknown): string {
  const lists = LISTS[name]?.split(' ');
  if (!lists || typeof value !== 'string') return shown(value);
  const inWords = (word: string) => {
    const list = lists.find((one) => knows(`${one}.${word}`));
    return list ? term(list, word) : shown(word);
  };
  return value.split(', ').map(inWords).join(', ');
}

export function t(key: Key, params: Record<string, unknown> = {}): string {
  return said({ code: key, params });
}

export function knows(code: string): boolean {
  return code in state.texts;
}

/** Text of a server code. An unknown code is shown as it is: better a strange word than silence. */
export function said({ code, params }: Said): string {
  const entry = state.texts[code];
  return entry === undefined ? code : render(entry, params ?? {});
}

/** Text of a value of a closed list (`status.signal`), or the bare value when the list has grown. */
export function term(list: string, value: string): string {
  return knows(`${list}.${value}`) ? said({ code: `${list}.${value}` }) : value;
}
