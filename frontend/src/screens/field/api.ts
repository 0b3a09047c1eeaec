/** What a crew's page asks of the server. */
import { request, within } from '../../lib/api';
import type { components } from '../../lib/schema';
import { asResult } from '../../phone/line';
import type { Op, Result } from '../../phone/outbox';
import type { SosTold } from '../../phone/sos';

type Schemas = components['schemas'];
export type Task = Schemas['FieldTask'];
export type Area = Schemas['FieldArea'];
export type FieldFire = Schemas['FieldFire'];
export type Unit = Schemas['UnitSummary'];

export function fieldApi(world: string) {
  const { q, post } = within(world);
  return {
    units: () => request<Unit[]>(`/forces/units${q}`),
    task: (unit: string) => request<Task>(`/field/task${q}&unit=${encodeURIComponent(unit)}`),
    area: ([lon, lat]: [number, number], km: number) =>
      request<Area>(`/field/area${q}&lon=${lon.toFixed(4)}&lat=${lat.toFixed(4)}&km=${km}`),
    sos: (body: Record<string, unknown>) => post<SosTold>('/field/sos', body),
    endSos: (id: string, note: string, key: string) => post<SosTold>(`/field/sos/${id}/end`, { note }, key),
    /** Everything in one request; a refused request is the refusal of each thing in it. */
    async sync(ops: Op[]): Promise<Result[]> {
      const items = ops.map(item);
      const whole = await asResult(post('/field/sync', { items }));
      if (whole.status === 422 && ops.length > 1) {
        // One thing of the batch has no shape; alone each one is told so itself.
        const results: Result[] = [];
        for (const op of ops) results.push(...(await this.sync([op])));
        return results;
      }
      if (whole.status !== 200) return ops.map(() => whole);
      return (whole.answer as unknown as { results: Result[] }).results;
    },
  };
}

function item({ key, kind, fixed }: Op): Record<string, unknown> {
  return kind === 'report' ? { key, kind, report: fixed } : { key, kind, ...fixed };
}
