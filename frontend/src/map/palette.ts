/** Colours of our own layers on the map; the base map's stand in gis_layers/styles/basemap.json. */
import type { Theme } from '../lib/prefs.svelte';

interface Palette {
  /** Detections: < 6 h, 6–24 h, 24–48 h, older. */
  ages: [string, string, string, string];
  /** Severity 0 (quiet) … 3 (loud). */
  severity: [string, string, string, string];
  ring: string;
  outline: string;
  halo: string;
  text: string;
  edgeFill: string;
  edgeLine: string;
  /** Where the edge burns now. */
  front: string;
  /** What a person is drawing. */
  draw: string;
  /** Sources of heat that are no fires. */
  heat: string;
  /** Strokes of lightning, newest and oldest. */
  bolt: [string, string];
  /** Where fire may come: with 10, 50 and 90 % probability. */
  spread: [string, string, string];
  selection: string;
  /** Ground that lies down the wind. */
  smoke: string;
  layers: Record<'boundary' | 'zone' | 'forestry' | 'settlement' | 'other', string>;
}

export const PALETTE: Record<Theme, Palette> = {
  day: {
    ages: ['#d61a1a', '#ee7a12', '#d9ae1e', '#9a958a'],
    severity: ['#6f7d8a', '#a97f00', '#e0710c', '#d11f1f'],
    ring: 'rgba(60, 30, 10, 0.45)',
    outline: '#ffffff',
    halo: '#ffffff',
    text: '#14202b',
    edgeFill: '#d11f1f',
    edgeLine: '#a11212',
    front: '#ff5a00',
    draw: '#7a1fa2',
    heat: '#6a4c93',
    bolt: ['#8a6d00', '#b8ad8a'],
    spread: ['#e58ab8', '#c93283', '#7d0f4e'],
    selection: '#0b62b8',
    smoke: '#6b5f52',
    layers: {
      boundary: '#7a6e8a',
      zone: '#3a7d6c',
      forestry: '#5b7a34',
      settlement: '#4a5560',
      other: '#5c6b7a',
    },
  },
  night: {
    ages: ['#ff4a3d', '#ff9436', '#ecc94b', '#7c7b75'],
    severity: ['#8b98a5', '#e3c04b', '#ff9838', '#ff5347'],
    ring: 'rgba(0, 0, 0, 0.5)',
    outline: '#0d1217',
    halo: '#12181e',
    text: '#e5ebf0',
    edgeFill: '#ff5347',
    edgeLine: '#ff8b80',
    front: '#ffd24a',
    draw: '#e39bff',
    heat: '#c3a6f0',
    bolt: ['#fff27a', '#7d7650'],
    spread: ['#8a3d68', '#d0589b', '#ffb3da'],
    selection: '#8dc4f8',
    smoke: '#c9bba9',
    layers: {
      boundary: '#8f84a3',
      zone: '#5fae9a',
      forestry: '#8caf5f',
      settlement: '#9dacb9',
      other: '#8796a5',
    },
  },
};

/** Upper ends of the age classes, hours. */
export const AGE_STEPS = [6, 24, 48] as const;
