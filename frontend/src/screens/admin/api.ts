/** What the page of administration asks; types are the server's. */
import { BASE, request } from '../../lib/api';
import type { components } from '../../lib/schema';

type Schemas = components['schemas'];
export type Desk = Schemas['LayerDesk'];
export type Standing = Schemas['StandingLayer'];
export type Version = Schemas['LayerVersion'];
export type Card = Schemas['LayerCard'];
export type Kind = Standing['kind'];

/** Reading a large layer takes a while, ms. */
const READING = 300_000;

/** What somebody says of the file that he uploads; empty words are not sent. */
export interface Upload {
  file: File;
  kind: Kind;
  words: Record<string, string>;
  fields: Record<string, string>;
  repair: boolean;
}

export function uploadQuery({ file, kind, words, fields, repair }: Upload): string {
  const query = new URLSearchParams({ name: file.name, kind });
  for (const [name, value] of Object.entries(words)) if (value.trim()) query.set(name, value.trim());
  for (const [ours, theirs] of Object.entries(fields)) if (theirs) query.append('field', `${ours}=${theirs}`);
  if (repair) query.set('repair', 'true');
  return query.toString();
}

export const layers = {
  desk: () => request<Desk>('/layer-desk'),
  upload: (told: Upload) =>
    request<Card>(`/layer-desk/drafts?${uploadQuery(told)}`, {
      method: 'POST',
      body: told.file,
      patience: READING,
    }),
  history: (code: string) => request<Version[]>(`/layer-desk/history?layer=${encodeURIComponent(code)}`),
  card: (id: string) => request<Card>(`/layer-desk/versions/${id}`, { patience: READING }),
  shapes: (id: string) =>
    request<GeoJSON.FeatureCollection>(`/layer-desk/versions/${id}/features`, { patience: READING }),
  publish: (card: Card, reason: string) =>
    request<Card>(`/layer-desk/versions/${card.id}/publish`, {
      method: 'POST',
      body: { reason, against: card.against },
      patience: READING,
    }),
  discard: (id: string) => request<Version>(`/layer-desk/versions/${id}/discard`, { method: 'POST' }),
};

export type RuleDesk = Schemas['RuleDesk'];
export type RuleFile = Schemas['RuleFileTold'];
export type RuleVersion = Schemas['RuleVersion'];
export type RuleFault = Schemas['RuleFault'];
export type Judged = Schemas['RulesJudged'];
export type Tried = Schemas['RulesTried'];
export type RulesInForce = Schemas['Rules'];

const post = <T>(path: Parameters<typeof request>[0], body: unknown) =>
  request<T>(path, { method: 'POST', body, patience: READING });

export const rules = {
  desk: () => request<RuleDesk>('/rule-desk'),
  inForce: (world: string) => request<RulesInForce>(`/alerts/rules?world=${encodeURIComponent(world)}`),
  history: (file: string) => request<RuleVersion[]>(`/rule-desk/history?file=${encodeURIComponent(file)}`),
  judge: (file: string, text: string) => post<Judged>('/rule-desk/check', { file, text }),
  tried: (world: string, body: { file: string; text: string; since: string | null; until: string | null }) =>
    post<Tried>(`/rule-desk/try?world=${encodeURIComponent(world)}`, body),
  publish: (body: { file: string; text: string; reason: string; against: string; restores: number | null }) =>
    post<RuleVersion>('/rule-desk/publish', body),
};

export type FeedDesk = Schemas['FeedDesk'];
export type DeskFeed = Schemas['DeskFeed'];
export type FeedBatch = Schemas['FeedBatch'];
export type FeedRejects = Schemas['FeedRejects'];

const inWorld = (world: string) => `world=${encodeURIComponent(world)}` as const;
const aboutFeed = (feed: string) => `/feed-desk/feeds/${encodeURIComponent(feed)}` as const;

export const feeds = {
  desk: (world: string) => request<FeedDesk>(`/feed-desk?${inWorld(world)}`),
  batches: (world: string, feed: string, before?: number) =>
    request<FeedBatch[]>(
      `/feed-desk/batches?feed=${encodeURIComponent(feed)}&${inWorld(world)}${before ? `&before=${before}` : ''}`,
    ),
  rejects: (world: string, batch: number) =>
    request<FeedRejects>(`/feed-desk/batches/${batch}/rejects?${inWorld(world)}`, { patience: READING }),
  /** Where a browser takes a file away from by itself. */
  file: (world: string, batch: number, what: 'rejects.csv' | 'body') =>
    `${BASE}/feed-desk/batches/${batch}/${what}?${inWorld(world)}`,
  pause: (world: string, feed: string, reason: string) =>
    post<DeskFeed>(`${aboutFeed(feed)}/pause?${inWorld(world)}`, { reason }),
  resume: (world: string, feed: string, reason: string) =>
    post<DeskFeed>(`${aboutFeed(feed)}/resume?${inWorld(world)}`, { reason }),
  ask: (world: string, feed: string) => post<DeskFeed>(`${aboutFeed(feed)}/ask?${inWorld(world)}`, undefined),
};

export type Territories = Schemas['TerritoriesTold'];
export type Territory = Schemas['TerritoryTold'];
export type Holder = Schemas['HolderTold'];

export const territories = { listed: () => request<Territories>('/territories') };
