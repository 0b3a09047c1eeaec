/** How a feed is called, and what is known of its last sight. */
import type { Feed } from '../../lib/api-types';
import { named, term } from '../../lib/i18n.svelte';
import { ms } from '../../lib/time';

/** A feed without a name is called by what it brings, or its code made readable: `VIIRS_NOAA20_NRT`. */
export function titleOf(feed: Feed): string {
  if (!named(feed.title) && feed.feed === feed.kind) return term('feed_kind', feed.kind);
  return named(feed.title) || feed.feed.replace(/_(NRT|RT|URT|SP)$/, '').replaceAll('_', ' ');
}

/** What the officer looks at first: the latest of those that see fires, if any does. */
export function latestOf(feeds: Feed[], most: number): Feed[] {
  const seen = feeds.filter((feed) => seenAt(feed) !== '').sort((a, b) => ms(seenAt(b)) - ms(seenAt(a)));
  const watching = seen.filter(({ kind }) => kind === 'satellite');
  return (watching.length ? watching : seen).slice(0, most);
}

export function seenAt(feed: Feed): string {
  return feed.last_pass ?? feed.last_data ?? '';
}
