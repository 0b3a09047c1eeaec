/** Colours of forces: none of those in which things burn. */
import type { Theme } from '../lib/prefs.svelte';

interface Colours {
  force: string;
  /** At work. */
  ink: string;
  idle: string;
  base: string;
  /** Where the place is not measured. */
  doubt: string;
  paper: string;
  text: string;
}

export const FORCES: Record<Theme, Colours> = {
  day: {
    force: '#00695c',
    ink: '#123c5e',
    idle: '#6b7783',
    base: '#3f4d5a',
    doubt: '#7a4b00',
    paper: '#ffffff',
    text: '#0d3b34',
  },
  night: {
    force: '#4fd1bd',
    ink: '#a9d3ff',
    idle: '#93a1ae',
    base: '#b4c1cd',
    doubt: '#f4b860',
    paper: '#0d1217',
    text: '#c4f5ec',
  },
};
