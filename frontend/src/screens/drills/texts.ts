/** Texts of drills, read by screens that need them after they stand. */
import { add, alsoRead, lang, type Load } from '../../lib/i18n.svelte';

let asked = false;
export function texts(): void {
  if (asked) return;
  asked = true;
  const files = import.meta.glob('@locales/*/ui_drills.json') as Record<string, Load>;
  alsoRead(files);
  void add(files, lang()); // the screen may stand already
}
