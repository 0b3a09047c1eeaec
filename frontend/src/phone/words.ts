/** Words for what goes wrong: kept in the phone from the first visit on, read when something does. */
import { add, lang, type Load } from '../lib/i18n.svelte';

const FILES = {
  refused: import.meta.glob('@locales/*/{problems,order,edges,forces}.json'),
  refused_report: import.meta.glob('@locales/*/problems.json'),
  warned: import.meta.glob('@locales/*/command.json'),
} as Record<string, Record<string, Load>>;

/** Reads them in the language in use; called within an effect, again when that changes. */
export function wordsFor(what: keyof typeof FILES): void {
  const files = FILES[what];
  if (files) void add(files, lang());
}
