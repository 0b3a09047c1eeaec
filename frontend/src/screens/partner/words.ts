/** Moments and sizes in the reader's words. */
import { lang } from '../../lib/i18n.svelte';

export function when(iso: string | null | undefined): string {
  if (!iso) return '–';
  return new Date(iso).toLocaleString(lang(), { dateStyle: 'short', timeStyle: 'medium' });
}

export function size(bytes: number): string {
  const mega = bytes / 1e6;
  const digits = mega < 10 ? 2 : 0;
  const text = mega.toLocaleString(lang(), { maximumFractionDigits: digits });
  return lang() === 'ru' ? `${text} МБ` : `${text} MB`;
}

export const count = (value: number): string => value.toLocaleString(lang());
