/** Alerts: one's own, and the log of all messages. Types from the server's document. */
import { newKey, request } from '../../lib/api';
import { lang } from '../../lib/i18n.svelte';
import { worldHere } from '../../lib/links';
import type { components } from '../../lib/schema';

type Schemas = components['schemas'];
export type Alert = Schemas['AlertTold'];
export type Inbox = Schemas['Inbox'];
export type Message = Schemas['MessageTold'];
export type MessageWhole = Schemas['MessageWhole'];
export type Messages = Schemas['Messages'];
export type Way = Schemas['ChannelTold'];
export type MessageState = Schemas['DeliveryState'];

type To = Parameters<typeof request>[0];
const post = <T>(path: To, body?: unknown) => request<T>(path, { method: 'POST', body, key: newKey() });
const within = (query: Record<string, string | number | null | undefined>): string => {
  const asked = Object.entries({ ...query, world: worldHere() }).filter(([, value]) => value);
  return new URLSearchParams(asked.map(([name, value]) => [name, String(value)])).toString();
};

export const alerts = {
  mine: (cursor: string | null = null, limit = 50) =>
    request<Inbox>(`/alerts/mine?${within({ cursor, limit, language: lang() })}`),
  answer: (id: string) => post<Alert>(`/alerts/mine/${id}/answer?${within({ language: lang() })}`),
  messages: (state: MessageState | '', before: number | null) =>
    request<Messages>(`/alerts/messages?${within({ state, before, limit: 50 })}`),
  message: (id: number) => request<MessageWhole>(`/alerts/messages/${id}?${within({})}`),
  again: (id: number) => post<MessageWhole>(`/alerts/messages/${id}/again?${within({})}`),
  ways: () => request<Way[]>('/alerts/channels'),
  pushKey: () => request<Schemas['PushKey']>('/alerts/push'),
  agree: (body: Schemas['Agree']) => post<Schemas['Browsers']>('/alerts/push', body),
  takeBack: (endpoint: string) => post<Schemas['Browsers']>('/alerts/push/end', { endpoint }),
};

/** How much an alert presses: an alarm that waits for an answer, anything that does, the rest. */
const pressing = (one: Alert): number => (one.asks ? (one.grade === 'alarm' ? 2 : 1) : 0);

/** What belongs together. What presses comes first, among threads and within one; then the newest. */
export function threads(found: Alert[]): { thread: string; alerts: Alert[] }[] {
  const groups = new Map<string, Alert[]>();
  for (const one of found) groups.set(one.thread, [...(groups.get(one.thread) ?? []), one]);
  const made = [...groups].map(([thread, members]) => ({
    thread,
    alerts: [...members].sort((one, other) => pressing(other) - pressing(one)),
  }));
  const most = (alerts: Alert[]) => Math.max(...alerts.map(pressing));
  return made.sort((one, other) => most(other.alerts) - most(one.alerts));
}

/** The live channel's events about alerts, as long as the page is open; a firewall leaves the polling. */
export function listen(heard: () => void): () => void {
  const POLL_MS = 15_000;
  const events = new EventSource(`/api/v1/live/events?${within({ kinds: 'alert.changed' })}`);
  events.addEventListener('event', heard);
  const timer = setInterval(heard, POLL_MS);
  return () => {
    events.close();
    clearInterval(timer);
  };
}
