/** Requests about a shift at the desk, within one world. */
import { newKey, request, within } from './api';
import type { CareOutcome, HandOver, JournalLine, JournalPage, Officer, OpenItems } from './engine-types';

export interface Thing {
  kind: 'fire' | 'report';
  id: string;
}

export function dutyApi(world: string) {
  const { q, send, post } = within(world);
  const all = (path: 'take' | 'free', things: Thing[]) => post<CareOutcome[]>(`/duty/${path}`, { things });
  return {
    take: (things: Thing[]) => all('take', things),
    free: (things: Thing[]) => all('free', things),
    hand: (things: Thing[], to: string) => post<CareOutcome[]>('/duty/hand', { things, to }),
    putOff: (things: Thing[], until: string, note: string) =>
      post<CareOutcome[]>('/duty/put-off', { things, until, note }),
    people: () => request<Officer[]>(`/duty/people${q}`),
    journal: (cursor?: string | null) =>
      request<JournalPage>(`/duty/journal${q}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`),
    write: (text: string, fire: string | null, key = newKey()) =>
      post<JournalLine>('/duty/journal', { text, fire }, key),
    openItems: () => request<OpenItems>(`/duty/open-items${q}`),
    handOvers: () => request<HandOver[]>(`/duty/hand-overs${q}`),
    offer: (note: string) => post<HandOver>('/duty/hand-overs', { note }),
    sign: (sheet: HandOver, remark: string) =>
      send<HandOver>(`/duty/hand-overs/${sheet.id}/sign`, sheet.version, { remark }),
    withdraw: (sheet: HandOver) =>
      send<HandOver>(`/duty/hand-overs/${sheet.id}/withdraw`, sheet.version, undefined),
  };
}
