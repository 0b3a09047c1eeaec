/** Requests about what waits for a decision, crews, decisions and regimes, within one world. */
import type { Point } from './api-types';
import { BASE, newKey, request, within } from './api';
import type {
  Crew,
  Crews,
  Decision,
  FireControl,
  FireSafety,
  NewDecision,
  NewRegime,
  Notice,
  NoticeAnswer,
  Order,
  Regimes,
} from './engine-types';

export function commandApi(world: string) {
  const { q, send } = within(world);
  return {
    openOrders: () => request<Order[]>(`/orders${q}`),
    safety: () => request<Crews>(`/safety${q}`),
    fireSafety: (id: string) => request<FireSafety>(`/fires/${id}/safety${q}`),
    checkIn: (unit: string, point: Point | null = null) =>
      request<Crew>(`/forces/units/${unit}/check-in${q}`, { method: 'POST', body: { point }, key: newKey() }),
    answerNotice: (notice: Notice, answer: NoticeAnswer, note = '') =>
      send<Notice>(`/notices/${notice.id}/answer`, notice.version, { answer, note }),
    decisions: () => request<Decision[]>(`/control-decisions${q}`),
    fireControl: (id: string) => request<FireControl>(`/fires/${id}/control${q}`),
    decide: (body: NewDecision) =>
      request<Decision>(`/control-decisions${q}`, { method: 'POST', body, key: newKey() }),
    cancelDecision: (item: Decision, body: { number: string; date: string; reason: string }) =>
      send<Decision>(`/control-decisions/${item.id}/cancel`, item.version, body),
    actFileUrl: (id: string) => `${BASE}/act-files/${id}${q}`,
    regimes: () => request<Regimes>(`/regimes${q}`),
    introduceRegime: (body: NewRegime) =>
      request<unknown>(`/regimes${q}`, { method: 'POST', body, key: newKey() }),
    liftRegime: (item: { id: string; version: number }, until: string) =>
      send<unknown>(`/regimes/${item.id}/lift`, item.version, { until }),
    regimeShapes: () => request<GeoJSON.FeatureCollection>(`/regimes/map${q}`),
    bulletinUrl: (kind: 'html' | 'txt', language: string) => `${BASE}/bulletin.${kind}${q}&lang=${language}`,
  };
}

export type CommandApi = ReturnType<typeof commandApi>;
