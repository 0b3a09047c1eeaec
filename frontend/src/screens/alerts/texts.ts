/** Texts of alerts, read by the screens that need them. */
import { add, alsoRead, lang, type Load } from '../../lib/i18n.svelte';

let asked = false;
export function texts(): void {
  if (asked) return;
  asked = true;
  const files = import.meta.glob('@locales/*/ui_alerts.json') as Record<string, Load>;
  alsoRead(files);
  void add(files, lang()); // the screen may stand already
}
