/** Words for whoever made a report: they stand under the link that his phone made. */
import { reportsApi } from '../../lib/api-reports';
import type { Report } from '../../lib/api-types';
import type { Desk } from './desk.svelte';

/** Sends the words and leaves the report in the store as it stands after them. */
export async function answer(desk: Desk, report: Report, words: string): Promise<void> {
  const { version } = await reportsApi(desk.api.world).answer(report, words);
  desk.store.putReport({ ...(desk.store.reports.get(report.id) ?? report), version });
}
