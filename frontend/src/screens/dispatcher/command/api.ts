/** Questions about decisions of authority and crew safety; apart, so that the first picture does not wait. */
import type { WorldApi } from '../../../lib/api';
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
} from '../../../lib/engine-types';

export const commandApi = (api: WorldApi) => ({
  openOrders: () => api.get<Order[]>('/orders'),
  safety: () => api.get<Crews>('/safety'),
  fireSafety: (id: string) => api.get<FireSafety>(`/fires/${id}/safety`),
  checkIn: (unit: string) => api.post<Crew>(`/forces/units/${unit}/check-in`, {}),
  answerNotice: (notice: Notice, answer: NoticeAnswer, note: string) =>
    api.put<Notice>(`/notices/${notice.id}/answer`, notice.version, { answer, note }),
  decisions: () => api.get<Decision[]>('/control-decisions'),
  fireControl: (id: string) => api.get<FireControl>(`/fires/${id}/control`),
  decide: (body: NewDecision) => api.post<Decision>('/control-decisions', body),
  cancelDecision: (item: Decision, body: { number: string; date: string; reason: string }) =>
    api.put<Decision>(`/control-decisions/${item.id}/cancel`, item.version, body),
  actFileUrl: (id: string) => api.pathOf(`/act-files/${id}`),
  regimes: () => api.get<Regimes>('/regimes'),
  introduceRegime: (body: NewRegime) => api.post<unknown>('/regimes', body),
  liftRegime: (item: { id: string; version: number }, until: string) =>
    api.put<unknown>(`/regimes/${item.id}/lift`, item.version, { until }),
  regimeShapes: () => api.get<GeoJSON.FeatureCollection>('/regimes/map'),
  bulletinUrl: (kind: 'html' | 'txt', language: string) =>
    `${api.pathOf(`/bulletin.${kind}`)}&lang=${language}`,
});
