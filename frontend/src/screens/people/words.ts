/** Roles, places and moments in the reader's words. */
import type { Choices } from '../../lib/account';
import { locales, named, t } from '../../lib/i18n.svelte';

export function roleName(choices: Choices, code: string): string {
  return named(choices.roles.find((role) => role.code === code)?.names) || code;
}

export function places(choices: Choices, codes: string[]): string {
  if (codes.includes('*')) return t('account.everywhere');
  const name = (code: string) => named(choices.territories.find((one) => one.code === code)?.names) || code;
  return codes.map(name).join(', ') || '–';
}

export function day(iso: string | null): string {
  if (!iso) return '–';
  return new Date(iso).toLocaleString(locales(), { dateStyle: 'short', timeStyle: 'short' });
}
