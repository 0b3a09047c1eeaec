/** The fire's log as a person reads it: what changed against the entry before. Pure. */
import type { LogEntry } from '../../lib/api-types';
import { number, t, term } from '../../lib/i18n.svelte';
import { hectares } from '../../lib/time';

export interface LogLine {
  seq: number;
  at: string;
  actor: string;
  text: string;
}

function describe(entry: LogEntry, before: LogEntry | null): string | null {
  const { body } = entry;
  if (!entry.kind.startsWith('fire.')) return term('log', entry.kind);
  const old = before?.body ?? {};
  if (!before) return t('log.appeared', { n: body.n_detections ?? 0 });
  if (body.status !== old.status) {
    const number = body.number && !old.number ? ` № ${body.number}` : '';
    return `${term('status', body.status ?? '')}${number}`;
  }
  if (body.shown_at && !old.shown_at) return t('log.shown');
  if ((body.ids_merged?.length ?? 0) > (old.ids_merged?.length ?? 0)) return t('log.merged');
  const added = (body.n_detections ?? 0) - (old.n_detections ?? 0);
  if (added > 0) return t('log.grew', { n: added, area: hectares(body.area_ha ?? 0) });
  if (body.n_detections !== old.n_detections || body.area_ha !== old.area_ha) {
    return t('log.corrected', { v: number(body.n_detections ?? 0), area: hectares(body.area_ha ?? 0) });
  }
  return t('log.updated');
}

/** Newest first. Entries may come in any order. */
export function logLines(entries: LogEntry[]): LogLine[] {
  const ordered = [...entries].sort((a, b) => a.seq - b.seq);
  let before: LogEntry | null = null;
  const lines: LogLine[] = [];
  for (const entry of ordered) {
    const text = describe(entry, before);
    if (entry.kind.startsWith('fire.')) before = entry;
    if (text) lines.push({ seq: entry.seq, at: entry.at, actor: entry.actor, text });
  }
  return lines.reverse();
}
