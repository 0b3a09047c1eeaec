/** Moments and sizes in the reader's words. */
import { locales } from '../../lib/i18n.svelte';

export function when(iso: string | null | undefined, timeStyle: 'medium' | 'short' = 'medium'): string {
  if (!iso) return '–';
  return new Date(iso).toLocaleString(locales(), { dateStyle: 'short', timeStyle });
}

export function size(bytes: number): string {
  const unit = bytes < 1e6 ? 'kilobyte' : 'megabyte';
  const value = bytes / (bytes < 1e6 ? 1e3 : 1e6);
  return value.toLocaleString(locales(), { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 });
}

export const count = (value: number): string => value.toLocaleString(locales());
