/** What only the suggestion's panel asks of the server. */
import type { WorldApi } from '../../../../lib/api';
import type { NewWord, SuggestionAsked, SuggestionTold, Word } from '../../../../lib/engine-types';

export const ofSuggestion = <W extends keyof SuggestionAsked>(
  api: WorldApi,
  fire: string,
  what: W,
  body: SuggestionAsked[W],
) => api.post<SuggestionTold[W]>(`/fires/${fire}/suggestion/${what}`, body);

export const sayOfUnit = (api: WorldApi, body: NewWord) => api.post<Word>('/constraints', body);

export const withdrawWord = (api: WorldApi, { id, version }: Word) =>
  api.change(`/constraints/${id}/withdraw`, version);
