/** What this workplace prefers; kept in the browser, harmless to lose. */
import { setLang, type Lang } from './i18n.svelte';
import type { Notation } from './geo';

export type Theme = 'day' | 'night';
interface Prefs {
  lang: Lang;
  theme: Theme;
  contrast: 'normal' | 'high';
  notation: Notation;
  layers: Record<string, boolean>;
  /** Parts of a card that are open. */
  sections: Record<string, boolean>;
}

const KEY = 'sylvan.prefs';

function read(): Prefs {
  const defaults: Prefs = {
    lang: 'ru',
    theme: document.documentElement.dataset.theme === 'night' ? 'night' : 'day',
    contrast: 'normal',
    notation: 'deg',
    layers: {},
    sections: {},
  };
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Prefs>) };
  } catch {
    return defaults;
  }
}

export const prefs = $state<Prefs>(read());

function keep(): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(prefs));
  } catch {
    // Storage is full or forbidden: the choice lasts as long as the page.
  }
}

export function setTheme(theme: Theme): void {
  prefs.theme = theme;
  document.documentElement.dataset.theme = theme;
  keep();
}

export function toggleTheme(): void {
  setTheme(prefs.theme === 'day' ? 'night' : 'day');
}

export function setContrast(contrast: Prefs['contrast']): void {
  prefs.contrast = contrast;
  document.documentElement.dataset.contrast = contrast;
  keep();
}

export async function chooseLang(lang: Lang): Promise<void> {
  await setLang(lang);
  prefs.lang = lang;
  keep();
}

export function setNotation(notation: Notation): void {
  prefs.notation = notation;
  keep();
}

export function setLayer(code: string, on: boolean): void {
  prefs.layers = { ...prefs.layers, [code]: on };
  keep();
}

export function setSection(name: string, on: boolean): void {
  prefs.sections = { ...prefs.sections, [name]: on };
  keep();
}
