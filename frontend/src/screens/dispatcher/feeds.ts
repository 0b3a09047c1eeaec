/** How a feed is called, and what is known of its last sight. */
import type { Feed } from '../../lib/api-types';
import { named } from '../../lib/i18n.svelte';

/** A feed without a name of its own is called by its code, made readable: `VIIRS_NOAA20_NRT`. */
export function titleOf(feed: Feed): string {
  return named(feed.title) || feed.feed.replace(/_(NRT|RT|URT|SP)$/, '').replaceAll('_', ' ');
}

export function seenAt(feed: Feed): string {
  return feed.last_pass ?? feed.last_data ?? '';
}
