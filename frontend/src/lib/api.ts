/** Requests to `/api/v1`: versions and keys on every change, problems turned into words. */
import type {
  Changed,
  Config,
  Fire,
  FireDetail,
  FireStatus,
  Histogram,
  LayerInfo,
  LogEntry,
  Point,
  Problem,
  Proposal,
  RejectReason,
  Report,
  Snapshot,
  World,
} from './api-types';
import type {
  Causes,
  Explanation,
  Exposure,
  FireForecast,
  FireSuggestion,
  Health,
  RunCard,
  Forecast,
  Order,
  OrderStatus,
  Passes,
  SendUnits,
} from './engine-types';
import { knows, said, t, term } from './i18n.svelte';
import type { paths } from './schema';

export const BASE = '/api/v1';
/** A change that is not answered within this time is told as "no answer", ms. */
const PATIENCE = 20_000;

const isConflict = (status: number) => status === 409 || status === 412;

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem | null,
  ) {
    super(problem?.title ?? `HTTP ${status}`);
  }

  /** Somebody else changed the thing first. */
  get isConflict(): boolean {
    return isConflict(this.status);
  }
}

/** One sentence for the person at the screen: what went wrong and, of a conflict, who did what. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return t('error.no_connection');
  const { problem, status } = error;
  const code = problem?.code ?? '';
  const head = knows(code)
    ? said({ code, params: problem?.params ?? {} })
    : (problem?.detail ?? (isConflict(status) ? t('error.conflict') : t('error.status', { status })));
  const fields = (problem?.errors ?? []).map((item) => fieldText(item)).filter((text) => text !== head);
  return [head, ...fields].join(' ');
}

function fieldText(item: { field: string; code: string; params?: Record<string, unknown> }): string {
  const list = knows(`told.${item.field}`) ? 'told' : 'field_name';
  return `${term(list, item.field)}: ${said({ code: item.code, params: item.params ?? {} })}`;
}

/** Every address that the server's document knows; a misspelt one does not compile. */
type Path =
  Extract<keyof paths, `${typeof BASE}/${string}`> extends `${typeof BASE}${infer Rest}` ? Rest : never;
type Filled<P extends string> = P extends `${infer Head}{${string}}${infer Tail}`
  ? `${Head}${string}${Filled<Tail>}`
  : P;
type Address = Filled<Path> | `${Filled<Path>}?${string}`;

interface Options {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  body?: unknown;
  version?: number | undefined;
  key?: string;
  /** Where it takes longer by nature, ms. */
  patience?: number;
}

/** `crypto.randomUUID` exists only over HTTPS and on localhost; a plain office network needs a key too. */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Asks who this is when a session has ended, over the page, so that nothing typed is lost. */
export const signIn: { again?: () => Promise<void> } = {};

async function problemOf(response: Response): Promise<Problem | null> {
  if (!response.headers.get('content-type')?.includes('json')) return null;
  return (await response.json().catch(() => null)) as Problem | null;
}

export async function request<T>(path: Address, options: Options = {}): Promise<T> {
  const { method = 'GET', body, version, key, patience = PATIENCE } = options;
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (version !== undefined) headers['If-Match'] = `"${version}"`;
  if (key) headers['Idempotency-Key'] = key;
  // What proves that the page is ours; only the cookie's own site can read it.
  headers['X-CSRF-Token'] = /csrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';
  // A form names its own type, with the mark that parts its files; a file is sent as it is.
  const isRaw = body instanceof FormData || body instanceof Blob;
  if (body !== undefined && !isRaw) headers['Content-Type'] = 'application/json';
  if (body instanceof Blob) headers['Content-Type'] = 'application/octet-stream';
  const response = await fetch(`${BASE}${path}`, {
    method,
    headers,
    signal: AbortSignal.timeout(patience),
    ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
  });
  if (response.status === 401 && signIn.again && !path.startsWith('/account/')) {
    await signIn.again();
    return request(path, options);
  }
  if (!response.ok) throw new ApiError(response.status, await problemOf(response));
  return (response.status === 204 ? undefined : await response.json()) as T;
}

const moment = (at?: number) => (at === undefined ? '' : (`&at=${new Date(at).toISOString()}` as const));
/** Whose knowledge of a past moment counts: that of then, unless that of today is asked for. */
const knownNow = (hindsight?: boolean) => (hindsight ? ('&known=now' as const) : '');
/** A page that has not heard yet which world is meant leaves it to the server. */
const worldQuery = (world: string) => (world ? `world=${encodeURIComponent(world)}` : '');

export const api = {
  config: () => request<Config>('/config'),
  worlds: () => request<World[]>('/worlds'),
  snapshot: (world: string) => request<Snapshot>(`/snapshot?${worldQuery(world)}`),
  health: () => request<Health>('/health'),
  layers: () => request<LayerInfo[]>('/layers'),
  layerItems: (code: string) =>
    request<GeoJSON.FeatureCollection>(`/layers/${encodeURIComponent(code)}/items?limit=5000`),
};

/** What requests of one world share: its query, and changes of a version that was seen. */
export function within(world: string) {
  const q = `?${worldQuery(world)}` as const;
  const send = <T>(path: Filled<Path>, version: number | undefined, body: unknown, key = newKey()) =>
    request<T>(`${path}${q}` as Address, { method: 'POST', version, body, key });
  /** Of what has no version yet. */
  const post = <T>(path: Filled<Path>, body: unknown, key?: string) => send<T>(path, undefined, body, key);
  const change = (path: Filled<Path>, version: number, body: unknown = {}) =>
    send<Changed>(path, version, body);
  return { q, send, post, change };
}

/** Requests within one world: nothing of another one can be read or changed through it. */
export function worldApi(world: string) {
  const { q, send, post, change } = within(world);
  return {
    world,
    fire: (id: string, at?: number, hindsight?: boolean) =>
      request<FireDetail>(`/fires/${id}${q}${moment(at)}${knownNow(hindsight)}`),
    firesAsOf: (at: number, hindsight?: boolean) =>
      request<Fire[]>(`/fires/as-of${q}${moment(at)}${knownNow(hindsight)}`),
    explanation: (id: string) => request<Explanation>(`/fires/${id}/explanation${q}`),
    passes: (id: string, hours: number) => request<Passes>(`/fires/${id}/passes${q}&hours=${hours}`),
    exposure: (id: string, at?: number) => request<Exposure>(`/fires/${id}/exposure${q}${moment(at)}`),
    forecast: (id: string, at?: number) => request<FireForecast>(`/fires/${id}/forecast${q}${moment(at)}`),
    forecasts: (hour: number) => request<GeoJSON.FeatureCollection>(`/forecasts${q}&hour=${hour}`),
    forecastAt: (point: Point) =>
      request<Forecast>(`/forecasts${q}`, { method: 'POST', body: { point, hours: 24 }, patience: 125_000 }),
    suggestion: (id: string) => request<FireSuggestion>(`/fires/${id}/suggestion${q}`),
    runCard: (id: string) => request<RunCard>(`/fires/${id}/run-card${q}`),
    suggest: () => request<unknown>(`/suggestions${q}`, { method: 'POST', key: newKey(), patience: 60_000 }),
    sendUnits: (id: string, body: SendUnits) => post<unknown>(`/fires/${id}/orders`, body),
    /** For what only one panel asks. */
    post,
    change,
    orders: (id: string) => request<Order[]>(`/fires/${id}/orders${q}`),
    stepOrder: (order: Order, to: OrderStatus, reason: string) =>
      send<Order>(`/orders/${order.id}/step`, order.version, { to, reason }),
    causes: (id: string) => request<Causes>(`/fires/${id}/causes${q}`),
    detections: (id: string, limit = 50_000) =>
      request<GeoJSON.FeatureCollection>(`/fires/${id}/detections${q}&limit=${limit}`),
    fireLog: (id: string) => request<LogEntry[]>(`/fires/${id}/log${q}`),
    report: (id: string) => request<Report>(`/reports/${id}${q}`),
    histogram: (hours: number) => request<Histogram>(`/detections/histogram${q}&hours=${hours}`),
    shown: (fire: Fire) => post<Changed>(`/fires/${fire.id}/shown`, undefined),
    register: (fire: Fire, note: string) => change(`/fires/${fire.id}/register`, fire.version, { note }),
    reject: (fire: Fire, reason: RejectReason, note: string) =>
      change(`/fires/${fire.id}/reject`, fire.version, { reason, note }),
    setStatus: (fire: Fire, to: FireStatus, facts: Facts) =>
      change(`/fires/${fire.id}/status`, fire.version, { to, facts }),
    accept: (item: Proposal) => change(`/proposals/${item.id}/accept`, item.version),
    decline: (item: Proposal) => change(`/proposals/${item.id}/decline`, item.version),
  };
}
export type WorldApi = ReturnType<typeof worldApi>;
export type Facts = Record<string, string | number | boolean | null>;

export function liveUrl(world: string, language: string): string {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${location.host}${BASE}/live?${worldQuery(world)}&lang=${language}`;
}

export function tilesUrl(set: string, query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString();
  return `${location.origin}${BASE}/tiles/${set}/{z}/{x}/{y}.mvt${text ? `?${text}` : ''}`;
}
