/** Named places of the region that people measure from: settlements, towers, stations. */
import { api } from '../../lib/api';
import type { Names, Point } from '../../lib/api-types';
import type { Desk } from './desk.svelte';

export type PlaceKind = 'settlement' | 'tower' | 'station' | 'airstrip';
export interface KnownPlace {
  key: string;
  kind: PlaceKind;
  name: Names;
  point: Point;
}
const KINDS: string[] = ['settlement', 'tower', 'station', 'airstrip'] satisfies PlaceKind[];

let cached: Promise<KnownPlace[]> | null = null;

/** Read once, when first needed; a failure is tried again next time. */
export function knownPlaces(desk: Desk): Promise<KnownPlace[]> {
  cached ??= read(desk).catch((error: unknown) => {
    cached = null;
    throw error;
  });
  return cached;
}

async function read(desk: Desk): Promise<KnownPlace[]> {
  const layers = desk.layers.length ? desk.layers : await api.layers();
  const wanted = layers.filter((info) => KINDS.includes(info.kind));
  const pages = await Promise.all(wanted.map((info) => api.layerItems(info.code)));
  return pages.flatMap((page, i) =>
    page.features.flatMap((feature) => {
      if (feature.geometry.type !== 'Point') return [];
      const kind = (wanted[i]?.kind ?? 'settlement') as PlaceKind;
      const name = (feature.properties?.name ?? {}) as Partial<Names>;
      const ru = name.ru ?? name.en ?? '';
      const point = feature.geometry.coordinates.slice(0, 2) as Point;
      return ru ? [{ key: `${kind}:${feature.id}`, kind, name: { ru, en: name.en ?? ru }, point }] : [];
    }),
  );
}

/** Ё is typed as Е, hyphens as spaces: people under stress don't spell. */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .replace(/ё/g, 'е')
    .replace(/[-–\s]+/g, ' ')
    .trim();
}

/** Best matches first: whole beginning, then beginning of a later word, then anywhere. */
export function matchPlaces(places: KnownPlace[], query: string, most = 8): KnownPlace[] {
  const wanted = fold(query);
  if (!wanted) return [];
  const rank = ({ name }: KnownPlace) => {
    const at = [name.ru, name.en]
      .map((text) => fold(text))
      .map((text) =>
        text.startsWith(wanted) ? 0 : text.includes(` ${wanted}`) ? 1 : text.includes(wanted) ? 2 : 9,
      );
    return Math.min(...at);
  };
  return places
    .map((place) => ({ place, r: rank(place) }))
    .filter(({ r }) => r < 9)
    .sort((a, b) => a.r - b.r || (a.place.name.ru < b.place.name.ru ? -1 : 1))
    .slice(0, most)
    .map(({ place }) => place);
}
