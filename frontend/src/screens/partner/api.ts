/** What the partner's page asks: own keys, webhooks, use, and what threatens the own assets. */
import type { ApiKey, KeyMade } from '../../lib/account';
import { newKey, request } from '../../lib/api';
import type { components } from '../../lib/schema';

type Schemas = components['schemas'];
export type Hook = Schemas['Webhook'];
export type HookMade = Schemas['WebhookMade'];
export type Delivery = Schemas['Delivery'];
export type Deliveries = Schemas['Deliveries'];
export type KeyUsage = Schemas['KeyUsage'];
export type Threat = Schemas['Threat'];
export type Sandbox = Schemas['Sandbox'];

type To = Parameters<typeof request>[0];
const post = <T>(path: To, body?: unknown) => request<T>(path, { method: 'POST', body, key: newKey() });

export const own = {
  keys: () => request<ApiKey[]>('/own-keys'),
  make: (name: string, days: number) => post<KeyMade>('/own-keys', { name, days }),
  rotate: (id: string) => post<KeyMade>(`/own-keys/${id}/rotate`),
  revoke: (id: string) => post<ApiKey>(`/own-keys/${id}/revoke`),
  sandbox: () => request<Sandbox>('/own-keys/sandbox'),
  usage: (days: number) => request<{ keys: KeyUsage[] }>(`/usage?days=${days}`),
  threats: (world: string) => request<Threat[]>(`/exposure?world=${encodeURIComponent(world)}&limit=200`),
};

export interface NewHook {
  url: string;
  name: string;
  world: string;
  filter: { kinds?: string[] };
}
export const hooks = {
  listed: () => request<Hook[]>('/webhooks'),
  make: (body: NewHook) => post<HookMade>('/webhooks', body),
  state: (id: string, state: 'active' | 'paused') =>
    request<Hook>(`/webhooks/${id}`, { method: 'PATCH', body: { state } }),
  remove: (id: string) => request<Hook>(`/webhooks/${id}`, { method: 'DELETE' }),
  secret: (id: string) => post<HookMade>(`/webhooks/${id}/secret`),
  test: (id: string) => post<Delivery>(`/webhooks/${id}/test`),
  replay: (id: string, after: number) => post<Hook>(`/webhooks/${id}/replay`, { after }),
  deliveries: (id: string, before: number | null) =>
    request<Deliveries>(`/webhooks/${id}/deliveries?limit=20${before === null ? '' : `&before=${before}`}`),
  resend: (id: string, number: number) => post<Delivery>(`/webhooks/${id}/deliveries/${number}/resend`),
};

/** Use by day, the oldest first, without gaps. */
export function byDay(
  rows: KeyUsage['rows'],
  days: number,
  today: Date,
): { day: string; requests: number; errors: number }[] {
  const found: { day: string; requests: number; errors: number }[] = [];
  for (let back = days - 1; back >= 0; back--) {
    const day = new Date(today.getTime() - back * 86_400_000).toISOString().slice(0, 10);
    const mine = rows.filter((row) => row.day === day);
    found.push({
      day,
      requests: mine.reduce((sum, row) => sum + row.requests, 0),
      errors: mine.reduce((sum, row) => sum + row.errors, 0),
    });
  }
  return found;
}

/** Use by operation, the most asked one first. */
export function byOperation(
  rows: KeyUsage['rows'],
): { operation: string; requests: number; errors: number; bytes: number }[] {
  const found = new Map<string, { operation: string; requests: number; errors: number; bytes: number }>();
  for (const row of rows) {
    const one = found.get(row.operation) ?? { operation: row.operation, requests: 0, errors: 0, bytes: 0 };
    one.requests += row.requests;
    one.errors += row.errors;
    one.bytes += row.bytes;
    found.set(row.operation, one);
  }
  return [...found.values()].sort((a, b) => b.requests - a.requests);
}
