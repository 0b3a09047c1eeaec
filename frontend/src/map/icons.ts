/**
 * Marks of fires, drawn once per theme: the shape tells the status, the colour the severity, so that
 * neither colour-blind eyes nor a bad monitor lose the meaning.
 */
import type { FireStatus } from '../lib/api-types';
import type { Theme } from '../lib/prefs.svelte';
import { PALETTE } from './palette';

export type Shape = 'diamond' | 'disc' | 'half' | 'ring' | 'square' | 'triangle';
/** What people told, and nobody has decided on yet. */
export const REPORT_SHAPE: Shape = 'triangle';
export const SHAPE: Record<FireStatus, Shape> = {
  signal: 'diamond',
  registered: 'disc',
  dispatched: 'disc',
  fighting: 'disc',
  contained: 'half',
  mopup: 'half',
  out: 'ring',
  suspended: 'square',
  rejected: 'ring',
  merged: 'ring',
  transferred: 'ring',
};
const SHAPES: Shape[] = ['diamond', 'disc', 'half', 'ring', 'square', 'triangle'];
/** CSS pixels, and device pixels per CSS pixel. */
const SIZE = 24;
const RATIO = 2;

type Pen = CanvasRenderingContext2D;

function outlinePath(pen: Pen, shape: Shape): void {
  const c = SIZE / 2;
  pen.beginPath();
  if (shape === 'diamond') {
    pen.moveTo(c, 2.5);
    pen.lineTo(SIZE - 2.5, c);
    pen.lineTo(c, SIZE - 2.5);
    pen.lineTo(2.5, c);
    pen.closePath();
  } else if (shape === 'triangle') {
    pen.moveTo(c, 3);
    pen.lineTo(SIZE - 3, SIZE - 5);
    pen.lineTo(3, SIZE - 5);
    pen.closePath();
  } else if (shape === 'square') pen.rect(5, 5, SIZE - 10, SIZE - 10);
  else pen.arc(c, c, shape === 'disc' ? 8 : 7, 0, 2 * Math.PI);
}

function draw(pen: Pen, shape: Shape, colour: string, outline: string): void {
  const c = SIZE / 2;
  outlinePath(pen, shape);
  pen.lineWidth = shape === 'ring' ? 6 : 4;
  pen.strokeStyle = outline;
  pen.stroke();
  if (shape === 'ring' || shape === 'half') {
    pen.fillStyle = outline;
    pen.fill();
    pen.lineWidth = 2.5;
    pen.strokeStyle = colour;
    pen.stroke();
  } else {
    pen.fillStyle = colour;
    pen.fill();
  }
  if (shape === 'half') {
    pen.beginPath();
    pen.arc(c, c, 7, 0, Math.PI);
    pen.fillStyle = colour;
    pen.fill();
  }
  if (shape === 'diamond') {
    pen.beginPath();
    pen.arc(c, c, 2.4, 0, 2 * Math.PI);
    pen.fillStyle = outline;
    pen.fill();
  }
}

export function iconName(shape: Shape, severity: number): string {
  return `fire-${shape}-${severity}`;
}

/** All marks of a theme, ready for `addImage`/`updateImage`. */
export function fireIcons(theme: Theme): Map<string, ImageData> {
  const { severity, outline } = PALETTE[theme];
  const icons = new Map<string, ImageData>();
  for (const shape of SHAPES) {
    severity.forEach((colour, level) => {
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = SIZE * RATIO;
      const pen = canvas.getContext('2d');
      if (!pen) return;
      pen.scale(RATIO, RATIO);
      draw(pen, shape, colour, outline);
      icons.set(iconName(shape, level), pen.getImageData(0, 0, canvas.width, canvas.height));
    });
  }
  return icons;
}

export const ICON_RATIO = RATIO;
