/** Words and values that the parts of command share. */
import type { ActFile } from '../../../lib/engine-types';
import { age, mainZone, toLocalInput } from '../../../lib/time';

/** A day of the region's calendar, `2026-07-17`. */
export const dayOf = (at: number): string => toLocalInput(at, mainZone()).slice(0, 10);

/** `17.07.2026`: acts are named by their date as it is written on them. */
export const written = (day: string): string => day.split('-').reverse().join('.');

/** How long until or since a moment, in words, and which of both. */
export function untilText(due: number, now: number): { late: boolean; text: string } {
  return { late: now > due, text: age(Math.abs(due - now)) };
}

/** A chosen file as the server takes it. */
export function readFile(file: File): Promise<ActFile> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve({ name: file.name, content: String(reader.result).split(',', 2)[1] ?? '' });
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.readAsDataURL(file);
  });
}
