/** How the feeds' desk words a feed: its name, what it is, what became of its rows. */
import { knows, named, number, t, type Key } from '../../lib/i18n.svelte';
import type { DeskFeed } from './api';

/** `firms-viirs-snpp-nrt` and `VIIRS_SNPP_NRT` are the same satellite's. */
const plain = (feed: string) =>
  feed
    .toLowerCase()
    .replace(/^firms-/, '')
    .replace(/[^a-z0-9]+/g, '_');

export function nameOf(feed: Pick<DeskFeed, 'feed' | 'title'>): string {
  const key = `feed_desk.name.${plain(feed.feed)}`;
  return named(feed.title) || (knows(key) ? t(key as Key) : feed.feed);
}

export function whatIs(feed: Pick<DeskFeed, 'feed' | 'kind'>): string {
  const key = `feed_desk.what.${feed.feed === 'drop' ? 'drop' : feed.kind}`;
  return knows(key) ? t(key as Key) : '';
}

const COUNTED = [
  'accepted',
  'duplicates',
  'superseded',
  'outside',
  'rejected',
  'replaced',
  'restored',
] as const;

/** `214 rows: 180 taken, 3 rejected`; what is none is not named. */
export function account(counts: Record<string, number>): string {
  const parts = COUNTED.filter((name) => counts[name]).map((name) =>
    t(`feed_desk.count.${name}`, { n: number(counts[name] ?? 0) }),
  );
  const rows = t('feed_desk.rows', { n: counts.rows ?? 0 });
  return parts.length ? `${rows}: ${parts.join(', ')}` : rows;
}

export const TONES: Record<string, string> = {
  ok: 'ok',
  late: 'warn',
  failing: 'danger',
  open: 'danger',
  paused: 'danger',
  away: 'danger',
  refused: 'danger',
};

export const isTroubled = (feed: DeskFeed) => ['late', 'failing', 'open'].includes(feed.state);
