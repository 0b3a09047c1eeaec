/** Moments and sizes in the reader's words. */
import { lang } from '../../lib/i18n.svelte';

export function when(iso: string | null | undefined): string {
  if (!iso) return '–';
  return new Date(iso).toLocaleString(lang(), { dateStyle: 'short', timeStyle: 'medium' });
}

export function size(bytes: number): string {
  const unit = bytes < 1e6 ? 'kilobyte' : 'megabyte';
  const value = bytes / (bytes < 1e6 ? 1e3 : 1e6);
  return value.toLocaleString(lang(), { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 });
}

export const count = (value: number): string => value.toLocaleString(lang());
