/** The way to the server: files in pieces (tus), its time, and what a page's things become. */
import { ApiError, BASE, request } from '../lib/api';
import type { World } from '../lib/api-types';
import type { ServerClock } from './clock';
import { Rejected, type Line, type Op, type Refused, type Result } from './outbox';

const PATIENCE_MS = 30_000;

function refused(error: ApiError): Refused {
  const { problem, status } = error;
  if (!problem) return { code: 'error.status', params: { status }, errors: [] };
  return {
    code: problem.code ?? '',
    params: problem.params ?? {},
    errors: problem.errors as Refused['errors'],
  };
}

/** An answer of the server as a result; without a link it throws. */
export async function asResult(asked: Promise<unknown>): Promise<Result> {
  try {
    return { status: 200, answer: (await asked) as Record<string, unknown>, problem: null };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, answer: null, problem: refused(error) };
  }
}

async function upload(path: string, method: string, headers: Record<string, string>, body?: Blob) {
  const csrf = /csrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';
  const answer = await fetch(`${BASE}/uploads${path}`, {
    method,
    headers: { 'Tus-Resumable': '1.0.0', 'X-CSRF-Token': csrf, ...headers },
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(body ? { body } : {}),
  });
  if (answer.ok) return (await answer.json()) as { id: string; offset: number };
  const problem = (await answer.json().catch(() => null)) as Refused | null;
  throw new Rejected(answer.status, problem);
}

export function makeLine(
  clock: ServerClock,
  world: () => string,
  send: (ops: Op[]) => Promise<Result[]>,
): Line {
  const query = () => (world() ? `?world=${encodeURIComponent(world())}` : '');
  return {
    send,
    announce: async (size) => (await upload(query(), 'POST', { 'Upload-Length': String(size) })).id,
    async offset(id) {
      try {
        return (await upload(`/${id}${query()}`, 'GET', {})).offset;
      } catch (error) {
        if (error instanceof Rejected && error.status === 404) return null;
        throw error;
      }
    },
    async piece(id, offset, bytes) {
      const headers = { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' };
      try {
        return (await upload(`/${id}${query()}`, 'PATCH', headers, bytes)).offset;
      } catch (error) {
        const right = error instanceof Rejected && error.problem?.code === 'upload.offset';
        if (right) return Number(error.problem?.params.offset); // a reply was lost: go on from there
        throw error;
      }
    },
    async hello() {
      if (!clock.sure) await learn(clock, world());
    },
  };
}

/** Asks the server for its world's time. */
export async function learn(clock: ServerClock, world: string): Promise<void> {
  const asked = performance.now();
  const found = await request<World[]>('/worlds');
  const mine = found.find(({ name }) => name === world) ?? found[0];
  const live = found.find(({ kind }) => kind === 'live') ?? mine;
  if (mine && live) clock.learn(Date.parse(mine.now), asked, Date.parse(live.now));
}
