/** Who I am here, people and keys: types from the server's document, and the requests about them. */
import { newKey, request } from './api';
import type { components } from './schema';

type Schemas = components['schemas'];
export type Me = Schemas['Me'];
export type Person = Schemas['Person'];
export type Invited = Schemas['Invited'];
export type Choices = Schemas['Choices'];
export type ApiKey = Schemas['KeyTold'];
export type KeyMade = Schemas['KeyMade'];
export type Guest = Schemas['Guest'];
export type SecondFactor = Schemas['SecondFactor'];
export interface Grant {
  role: string;
  level: Schemas['Level'];
  territories: string[];
  owner: string;
}

type To = Parameters<typeof request>[0];
const post = <T>(path: To, body?: unknown, version?: number) =>
  request<T>(path, { method: 'POST', body, version, key: newKey() });

export const account = {
  me: () => request<Me>('/account/me'),
  signIn: (body: { subject: string; password: string; code: string }) => post<Me>('/account/sign-in', body),
  signOut: () => post<{ url: string | null }>('/account/sign-out'),
  demo: (role: string) => post<Me>('/account/demo', { role }),
  provider: (back: string) => post<{ url: string | null }>('/account/oidc', { back }),
  look: (token: string) => post<Guest>('/account/welcome/look', { token }),
  join: (body: { token: string; name: string; password: string }) => post<Me>('/account/welcome', body),
  password: (body: { old: string; new: string }) => post<Me>('/account/password', body),
  second: () => post<SecondFactor>('/account/second-factor'),
  confirm: (code: string) => post<Me>('/account/second-factor/confirm', { code }),
  drop: (password: string) => post<Me>('/account/second-factor/drop', { password }),
};

export const people = {
  listed: () => request<Person[]>('/people'),
  choices: () => request<Choices>('/people/choices'),
  invite: (body: Grant & { subject: string; name: string }) => post<Invited>('/people', body),
  change: (person: Person, body: Grant & { name: string }) =>
    request<Person>(`/people/${person.id}`, { method: 'PATCH', body, version: person.version }),
  disable: (person: Person, off: boolean) =>
    post<Person>(`/people/${person.id}/disable`, { off }, person.version),
  reset: (person: Person) => post<Invited>(`/people/${person.id}/reset`),
  endSessions: (person: Person) => post<{ ended: number }>(`/people/${person.id}/sessions/end`),
};

export const keys = {
  listed: () => request<ApiKey[]>('/keys'),
  make: (body: Grant & { holder: string; name: string; operations: string[]; days: number }) =>
    post<KeyMade>('/keys', body),
  rotate: (id: string) => post<KeyMade>(`/keys/${id}/rotate`),
  revoke: (id: string) => post<ApiKey>(`/keys/${id}/revoke`),
};

/** A path of this server to come back to; anything else would lead people away. */
export function wayBack(): string {
  const asked = new URLSearchParams(location.search).get('back') ?? '/';
  return /^\/(?![/\\])/.test(asked) ? asked : '/';
}
