/** The board's requests within one world. Types from the server's document. */
import { BASE, newKey, request, within } from '../../lib/api';
import type { components } from '../../lib/schema';

type Schemas = components['schemas'];
export type Board = Schemas['BoardTold'];
export type BoardFire = Schemas['BoardFire'];
export type BoardThreat = Schemas['BoardThreat'];
export type BoardChange = Schemas['BoardChange'];
export type BoardOrder = Schemas['BoardOrder'];
export type BoardNotice = Schemas['BoardNotice'];
export type BoardAbout = Schemas['BoardAbout'];
export type BoardSince = Schemas['BoardSince'];
export type Seasons = Schemas['SeasonsTold'];
export type Bulletin = Schemas['BulletinDraft'];
export type DocumentTold = Schemas['DocumentTold'];
type Order = Schemas['OrderTold'];
type Notice = Schemas['NoticeTold'];

/** Events after which the board may read otherwise. */
const KINDS = [
  'fire.changed',
  'fire.merged',
  'fire.exposure',
  'fire.reach',
  'unit.changed',
  'order.changed',
  'notice.changed',
  'control.changed',
  'regime.changed',
  'danger.changed',
  'feed.changed',
  'world.changed',
];

export function boardApi(world: string) {
  const { q, send, post } = within(world);
  const part = (territory: string) =>
    territory ? (`&territory=${encodeURIComponent(territory)}` as const) : '';
  return {
    read: (territory: string, since: string) =>
      request<Board>(`/board${q}${part(territory)}${since && `&since=${encodeURIComponent(since)}`}`),
    looked: (at: string) => post<BoardSince>('/board/looked', { at }),
    seasons: (territory: string) => request<Seasons>(`/board/seasons${q}${part(territory)}`),
    bulletin: (language: string) => request<Bulletin>(`/board/bulletin${q}&language=${language}`),
    issue: (body: Pick<Schemas['IssueDocument'], 'day' | 'reason'> & { language: string }) =>
      request<DocumentTold>(`/documents${q}`, {
        method: 'POST',
        body: { kind: 'bulletin', ...body },
        key: newKey(),
        patience: 120_000,
      }),
    fileUrl: (id: string, format: string) => `${BASE}/documents/${id}/file${q}&format=${format}`,
    step: (order: Order, to: 'approved' | 'refused' | 'cancelled', reason = '') =>
      send<Order>(`/orders/${order.id}/step`, order.version, { to, reason }),
    answer: (notice: Notice, answer: 'kept' | 'dismissed', note: string) =>
      send<Notice>(`/notices/${notice.id}/answer`, notice.version, { answer, note }),
    introduce: (body: Pick<Schemas['Introduce'], 'kind' | 'municipalities' | 'act' | 'act_date' | 'since'>) =>
      post<unknown>('/regimes', body),
    shapes: () => request<GeoJSON.FeatureCollection>(`/regimes/map${q}`),
    /** The page goes; what it had shown counts after a while. Nobody waits for the answer. */
    leave(at: string): void {
      const headers = {
        'Content-Type': 'application/json',
        'X-CSRF-Token': /csrf=([^;]*)/.exec(document.cookie)?.[1] ?? '',
      };
      const body = JSON.stringify({ at, leaving: true });
      void fetch(`${BASE}/board/looked${q}`, { method: 'POST', keepalive: true, headers, body }).catch(
        () => undefined,
      );
    },
    events: () => new EventSource(`${BASE}/live/events${q}${KINDS.map((kind) => `&kinds=${kind}`).join('')}`),
  };
}
export type BoardApi = ReturnType<typeof boardApi>;
