/** Drills: types from the server's document, and the requests. */
import { BASE, request } from './api';
import type { components } from './schema';

type Schemas = components['schemas'];
export type Drill = Schemas['DrillTold'];
export type Choices = Schemas['DrillChoices'];
export type Preview = Schemas['DrillPreview'];
export type NewDrill = Schemas['BeginDrill'];
export type Source = Schemas['DrillSourceAsked'];
export type Score = Schemas['DrillScore'];
export type ClockScore = Schemas['ClockScore'];
export type TruthScore = Schemas['TruthScore'];
export type Real = Schemas['DrillReal'];

/** A day of a hundred fires is made in some seconds, on a busy machine in more. */
const PATIENCE = 120_000;

export const drillsApi = {
  list: () => request<Drill[]>('/drills'),
  one: (id: string) => request<Drill>(`/drills/${id}`),
  choices: () => request<Choices>('/drills/choices'),
  preview: (source: Source, speed: number) =>
    request<Preview>('/drills/preview', { method: 'POST', body: { source, speed }, patience: PATIENCE }),
  begin: (body: NewDrill) => request<Drill>('/drills', { method: 'POST', body, patience: PATIENCE }),
  end: (id: string) => request<Drill>(`/drills/${id}/end`, { method: 'POST', patience: PATIENCE }),
  remove: (id: string) =>
    request<Schemas['DrillDeleted']>(`/drills/${id}`, { method: 'DELETE', patience: PATIENCE }),
  score: (id: string) => request<Score>(`/drills/${id}/score`, { patience: PATIENCE }),
  tableUrl: (id: string) => `${BASE}/drills/${id}/score.csv`,
  real: () => request<Real>('/drills/real'),
};
