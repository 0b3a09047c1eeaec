/**
 * Signs of units and bases. The frame tells what a unit does, the drawing its kind, a mark in the corner
 * how its place is known; colour only repeats it. They are painted when they are first needed.
 */
import type { Theme } from '../lib/prefs.svelte';
import { STATION_DRAWINGS, UNIT_DRAWINGS } from '../ui/force-icons';
import { FORCES } from './force-palette';
import type { Known, State } from './force-features';

/** CSS pixels, and device pixels per CSS pixel. */
const SIZE = 32;
export const FORCE_RATIO = 2;
const GLYPH = 15;

type Pen = CanvasRenderingContext2D;
const numbers = (text: string, names: string[]): number[] =>
  names.map((name) => Number(new RegExp(`\\b${name}="([^"]+)"`).exec(text)?.[1] ?? 0));

/** Strokes the shapes of a drawing; its 24 units are scaled to the glyph. */
function glyph(pen: Pen, drawing: string, colour: string, [x, y]: [number, number], size = GLYPH): void {
  pen.save();
  pen.translate(x - size / 2, y - size / 2);
  pen.scale(size / 24, size / 24);
  pen.strokeStyle = colour;
  pen.lineWidth = 2.4;
  pen.lineCap = pen.lineJoin = 'round';
  for (const [, group, shape] of drawing.matchAll(/<(\/?g\b[^>]*)>|<((?:path|circle|rect)\b[^>]*)>/g)) {
    if (group === '/g') pen.restore();
    else if (group) {
      pen.save();
      const [dx, dy] = /translate\(([\d.]+) ([\d.]+)\)/.exec(group)?.slice(1).map(Number) ?? [0, 0];
      pen.translate(dx ?? 0, dy ?? 0);
      const scale = Number(/scale\(([\d.]+)\)/.exec(group)?.[1] ?? 1);
      pen.scale(scale, scale);
      if (scale !== 1) pen.lineWidth = 3.4;
    } else if (shape) pen.stroke(pathOf(shape));
  }
  pen.restore();
}

function pathOf(shape: string): Path2D {
  if (shape.startsWith('path')) return new Path2D(/\bd="([^"]+)"/.exec(shape)?.[1] ?? '');
  const path = new Path2D();
  if (shape.startsWith('circle')) {
    const [cx = 0, cy = 0, r = 0] = numbers(shape, ['cx', 'cy', 'r']);
    path.arc(cx, cy, r, 0, 2 * Math.PI);
  } else {
    const [x = 0, y = 0, width = 0, height = 0] = numbers(shape, ['x', 'y', 'width', 'height']);
    path.rect(x, y, width, height);
  }
  return path;
}

const C = SIZE / 2;
/** Free and standing units are round, those under way point on, those at work are square. */
function frame(pen: Pen, state: State): void {
  pen.beginPath();
  if (state === 'moving') {
    pen.moveTo(5, 6);
    pen.lineTo(22, 6);
    pen.lineTo(30, C);
    pen.lineTo(22, SIZE - 6);
    pen.lineTo(5, SIZE - 6);
    pen.closePath();
  } else if (state === 'working') pen.roundRect(5.5, 5.5, SIZE - 11, SIZE - 11, 3);
  else pen.arc(C, C, 11, 0, 2 * Math.PI);
}

function paintUnit(pen: Pen, theme: Theme, drawing: string, state: State, known: Known): void {
  const { force, paper, ink, idle } = FORCES[theme];
  const isFilled = state === 'moving' || state === 'working';
  const line = state === 'idle' ? idle : state === 'working' ? ink : force;
  frame(pen, state);
  pen.lineWidth = 5;
  pen.strokeStyle = paper;
  pen.stroke();
  pen.fillStyle = isFilled ? line : paper;
  pen.fill();
  pen.lineWidth = 2.2;
  pen.strokeStyle = line;
  if (state === 'ordered') pen.setLineDash([4, 2.6]);
  pen.stroke();
  pen.setLineDash([]);
  glyph(pen, drawing, isFilled ? paper : line, [state === 'moving' ? C - 1.5 : C, C]);
  if (state === 'idle') {
    pen.beginPath();
    pen.moveTo(C - 8, C + 8);
    pen.lineTo(C + 8, C - 8);
    pen.lineWidth = 2;
    pen.strokeStyle = line;
    pen.stroke();
  }
  if (known === 'stale' || known === 'estimated') corner(pen, theme, known === 'stale' ? '?' : '≈');
}

function corner(pen: Pen, theme: Theme, mark: string): void {
  const { doubt, paper } = FORCES[theme];
  pen.beginPath();
  pen.arc(SIZE - 7, SIZE - 7, 6.5, 0, 2 * Math.PI);
  pen.fillStyle = doubt;
  pen.fill();
  pen.lineWidth = 1.4;
  pen.strokeStyle = paper;
  pen.stroke();
  pen.fillStyle = paper;
  pen.font = '700 11px sans-serif';
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(mark, SIZE - 7, SIZE - 6.5);
}

function paintBase(pen: Pen, theme: Theme, drawing: string): void {
  const { base, paper } = FORCES[theme];
  pen.beginPath();
  pen.moveTo(C, 4);
  pen.lineTo(SIZE - 5, 12);
  pen.lineTo(SIZE - 5, SIZE - 4);
  pen.lineTo(5, SIZE - 4);
  pen.lineTo(5, 12);
  pen.closePath();
  pen.lineWidth = 4;
  pen.strokeStyle = paper;
  pen.stroke();
  pen.fillStyle = base;
  pen.fill();
  glyph(pen, drawing, paper, [C, C + 3], 13);
}

export const unitIcon = (kind: string, state: State, known: Known) => `unit-${kind}-${state}-${known}`;
export const baseIcon = (kind: string) => `base-${kind}-base-base`;

/** The sign of a name that `unitIcon` or `baseIcon` gave; null for other people's names. */
export function forceIcon(name: string, theme: Theme): ImageData | null {
  const [what, kind = '', state, known] = name.split('-');
  const drawings: Record<string, string> = what === 'base' ? STATION_DRAWINGS : UNIT_DRAWINGS;
  const drawing = drawings[kind];
  if (!drawing || (what !== 'unit' && what !== 'base')) return null;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE * FORCE_RATIO;
  const pen = canvas.getContext('2d');
  if (!pen) return null;
  pen.scale(FORCE_RATIO, FORCE_RATIO);
  if (what === 'base') paintBase(pen, theme, drawing);
  else paintUnit(pen, theme, drawing, state as State, known as Known);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
