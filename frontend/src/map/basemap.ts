/** The base map's layers for a theme and a language, from the region's style file. */
import type { LayerSpecification } from 'maplibre-gl';
import type { Lang } from '../lib/i18n.svelte';
import type { Theme } from '../lib/prefs.svelte';
import plain from './plain-style.json';

export const BASE_SOURCE = 'basemap';

export interface BaseStyle {
  day: Record<string, string>;
  night: Record<string, string>;
  layers: Record<string, unknown>[];
}

/** A region's style file takes the place of the plain one when the build finds it. */
const found = import.meta.glob<BaseStyle>('@styles/basemap.json', { eager: true, import: 'default' });
export const baseStyle: BaseStyle = Object.values(found)[0] ?? (plain as BaseStyle);

/** `"$land"` becomes the theme's colour, `"$name"` the property that holds the language's names. */
function fill(value: unknown, tokens: Record<string, string>, lang: Lang): unknown {
  if (Array.isArray(value)) return value.map((item) => fill(item, tokens, lang));
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, tokens, lang)]));
  }
  if (typeof value !== 'string' || !value.startsWith('$')) return value;
  if (value === '$name') return `name_${lang}`;
  return tokens[value.slice(1)] ?? value;
}

export function baseLayers(theme: Theme, lang: Lang, style: BaseStyle = baseStyle): LayerSpecification[] {
  const filled = fill(style.layers, style[theme], lang) as Record<string, unknown>[];
  return filled.map((layer) =>
    layer.type === 'background' ? layer : { ...layer, source: BASE_SOURCE },
  ) as unknown as LayerSpecification[];
}
