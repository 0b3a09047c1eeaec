/** Day, night, and red: the eye that has looked at red still sees in the dark. */
import { prefs, setTheme } from '../../lib/prefs.svelte';

export type Light = 'day' | 'night' | 'red';
const KEY = 'sylvan.red';
const NEXT: Record<Light, Light> = { day: 'night', night: 'red', red: 'day' };

const red = $state({ on: read() });

function read(): boolean {
  try {
    return localStorage.getItem(KEY) === '1';
  } catch {
    return false;
  }
}

export const light = (): Light => (red.on ? 'red' : prefs.theme);

export function showLight(): void {
  document.documentElement.toggleAttribute('data-red', red.on);
}

export function nextLight(): void {
  const next = NEXT[light()];
  red.on = next === 'red';
  setTheme(next === 'day' ? 'day' : 'night');
  try {
    localStorage.setItem(KEY, red.on ? '1' : '');
  } catch {
    // lasts as long as the page
  }
  showLight();
}
