/** The fire's log as a person reads it: what changed against the entry before. Pure. */
import type { LogEntry } from '../../lib/api-types';
import { number, said, t, term } from '../../lib/i18n.svelte';
import { hectares } from '../../lib/time';

export interface LogLine {
  seq: number;
  at: string;
  actor: string;
  text: string;
}

/** Reasons in which people's own doing is told. */
const BY_PEOPLE = /^(surgery\.|edge\.(given|taken_back))/;
/** What was odd about the data, or changed around the fire: said beside what it did to the fire. */
const ODD =
  /^(fire\.|reason\.group\.(superseded|late_pass|backdated|woke|satellite_back|offshore|across_180|duplicated|contradictory|regrouped)$)/;

/** Reasons of a kind that this entry is the first to give. */
function fresh(kind: RegExp, { body }: LogEntry, before: LogEntry | null): string[] {
  const known = new Set((before?.body.reasons ?? []).map((reason) => JSON.stringify(reason)));
  return (body.reasons ?? [])
    .filter((reason) => kind.test(reason.code) && !known.has(JSON.stringify(reason)))
    .map(said);
}

function step({ body }: LogEntry, before: LogEntry | null): string {
  if (!before) return t('log.appeared', { n: body.n_detections ?? 0 });
  const old = before.body;
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

function describe(entry: LogEntry, before: LogEntry | null): string {
  if (!entry.kind.startsWith('fire.')) return term('log', entry.kind);
  const done = fresh(BY_PEOPLE, entry, before);
  const first = done.length ? done : [step(entry, before)];
  return [...first, ...fresh(ODD, entry, before)].join(' · ');
}

/** Newest first. Entries may come in any order. */
export function logLines(entries: LogEntry[]): LogLine[] {
  const ordered = [...entries].sort((a, b) => a.seq - b.seq);
  // Fires that were merged into this one tell their own story in the same log.
  const before = new Map<string, LogEntry>();
  const lines: LogLine[] = [];
  for (const entry of ordered) {
    const whose = entry.body.id ?? '';
    const text = describe(entry, before.get(whose) ?? null);
    if (entry.kind.startsWith('fire.')) before.set(whose, entry);
    lines.push({ seq: entry.seq, at: entry.at, actor: entry.actor, text });
  }
  return lines.reverse();
}
