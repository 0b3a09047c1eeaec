/** Figures and documents: types from the server's document, and the requests within one world. */
import { BASE, newKey, request, within } from './api';
import type { components } from './schema';

type Schemas = components['schemas'];
export type Figures = Schemas['FiguresTold'];
export type Figure = Schemas['FigureOfSpan'];
export type FigureResult = Schemas['FigureResult'];
export type FigureGroup = Schemas['FigureGroup'];
export type Definition = Schemas['FigureDefinition'];
export type Trend = Schemas['TrendTold'];
export type Things = Schemas['ThingsTold'];
export type Thing = Schemas['FigureThing'];
export type State = Thing['state'];
export type Step = Trend['step'];
export type DocumentBrief = Schemas['DocumentBrief'];
export type DocumentTold = Schemas['DocumentTold'];
export type DocumentKind = DocumentBrief['kind'];
export type NewDocument = Schemas['IssueDocument'];

/** Which reporting days and which part; what is empty is not asked. */
export interface Wanted {
  since: string;
  until: string;
  municipality: string | null;
  zone: string | null;
  source: string | null;
}

export function figuresApi(world: string) {
  const { q } = within(world);
  const asked = (wanted: Wanted) =>
    Object.entries(wanted)
      .filter(([name, value]) => value !== null && (value !== '' || !['since', 'until'].includes(name)))
      .map(([name, value]) => `&${name}=${encodeURIComponent(value as string)}`)
      .join('');
  return {
    overview: (wanted: Wanted) => request<Figures>(`/figures${q}${asked(wanted)}`),
    trend: (code: string, wanted: Wanted, step: Step) =>
      request<Trend>(`/figures/${code}/trend${q}${asked(wanted)}&step=${step}&years=1`),
    things: (code: string, wanted: Wanted, state: State | '') =>
      request<Things>(`/figures/${code}/things${q}${asked(wanted)}${state && `&state=${state}`}`),
    tableUrl: (kind: 'csv' | 'xlsx', wanted: Wanted) => `${BASE}/figures/export.${kind}${q}${asked(wanted)}`,
    documents: () => request<Schemas['DocumentPage']>(`/documents${q}`),
    issue: (body: NewDocument) =>
      request<DocumentTold>(`/documents${q}`, { method: 'POST', body, key: newKey(), patience: 120_000 }),
    fileUrl: (id: string, format: string) => `${BASE}/documents/${id}/file${q}&format=${format}`,
  };
}

export type FiguresApi = ReturnType<typeof figuresApi>;
