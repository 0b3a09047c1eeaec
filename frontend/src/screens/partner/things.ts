/** A partner's own things: listed, checked and taken from a file, removed. Types are the server's. */
import { request } from '../../lib/api';
import type { components } from '../../lib/schema';

type Schemas = components['schemas'];
export type Thing = Schemas['Asset'];
export type Terms = Schemas['AssetTerms'];
export type Shapes = GeoJSON.FeatureCollection;
export type Plan = Omit<Schemas['AssetBatch'], 'shapes'> & { shapes: Shapes | null };
export type Row = Schemas['AssetRow'];
export type Became = Row['became'];
export interface Page {
  features: GeoJSON.Feature<GeoJSON.Geometry, Thing>[];
  next: string | null;
}

/** A large file takes a while to be read and compared, ms. */
const READING = 180_000;
const PAGE = 500;

/** A file, and what is said of rows that do not say it themselves. */
export interface Wish {
  file: File;
  kind: string;
  watch: string;
  alarm: string;
  whole: boolean;
  repair: boolean;
}

/** The same words for looking and for keeping, so that what is kept is what was shown. */
export function query(wish: Wish, more: Record<string, string>): string {
  const told = new URLSearchParams({ name: wish.file.name, ...more });
  if (wish.kind) told.set('kind', wish.kind);
  if (wish.watch) told.set('watch_km', wish.watch);
  if (wish.alarm) told.set('alarm_km', wish.alarm);
  if (wish.whole) told.set('retire_missing', 'true');
  if (wish.repair) told.set('repair', 'true');
  return told.toString();
}

const send = (wish: Wish, more: Record<string, string>) =>
  request<Plan>(`/assets/file?${query(wish, more)}`, { method: 'POST', body: wish.file, patience: READING });

export const things = {
  terms: () => request<Terms>('/assets/terms'),
  page: (after: string | null) =>
    request<Page>(`/assets?limit=${PAGE}${after === null ? '' : `&after=${after}`}`),
  look: (wish: Wish) => send(wish, { dry_run: 'true' }),
  keep: (wish: Wish, plan: string, leaveOut: boolean) =>
    send(wish, leaveOut ? { plan } : { plan, all_or_nothing: 'true' }),
  retire: (thing: Thing) =>
    request<Thing>(`/assets/${thing.id}/retire`, { method: 'POST', version: thing.version }),
  undo: (batch: string) =>
    request<Schemas['AssetUndone']>(`/assets/batches/${batch}/undo`, { method: 'POST' }),
};

/** km as people write them: empty, or a number within what is watched at most. */
export function isKm(text: string, most: number): boolean {
  const value = Number(text);
  return text === '' || (Number.isFinite(value) && value >= 0 && value <= most);
}

/** Text files are counted by lines, all others by features. */
export const byLines = (name: string): boolean => /\.(csv|txt)$/i.test(name);

/** Things whose name or key holds the words, whatever the letters' case. */
export function found(all: Page['features'], words: string): Page['features'] {
  const wanted = words.trim().toLowerCase();
  if (!wanted) return all;
  return all.filter(({ properties: { external_id, name } }) =>
    [external_id, ...Object.values(name)].some((text) => text.toLowerCase().includes(wanted)),
  );
}

/** Things that stand, to be seen well on the map. */
export function standing(all: Page['features']): Shapes {
  const features = all.map((one) => ({ ...one, properties: { change: 'created' } }));
  return { type: 'FeatureCollection', features };
}

const CHANGE: Record<string, string> = { created: 'added', retired: 'removed' };
/** As the small map paints them. */
export function painted(shapes: Shapes): Shapes {
  const features = shapes.features.map((one) => {
    const change = String(one.properties?.change ?? 'same');
    return { ...one, properties: { ...one.properties, change: CHANGE[change] ?? change } };
  });
  return { type: 'FeatureCollection', features };
}
