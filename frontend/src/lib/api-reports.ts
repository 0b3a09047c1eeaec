/** Requests that decide on people's reports, and calls that become some, within one world. */
import { BASE, within } from './api';
import type { NewReport, RejectReason, Report } from './api-types';

export function reportsApi(world: string) {
  const { q, post, change } = within(world);
  return {
    photoUrl: (report: Report) => `${BASE}/reports/${report.id}/photo${q}`,
    promote: (report: Report) => change(`/reports/${report.id}/promote`, report.version),
    attach: (report: Report, fire_id: string) =>
      change(`/reports/${report.id}/attach`, report.version, { fire_id }),
    check: (report: Report) => change(`/reports/${report.id}/check`, report.version),
    rejectReport: (report: Report, reason: RejectReason, note: string) =>
      change(`/reports/${report.id}/reject`, report.version, { reason, note }),
    answer: (report: Report, words: string) =>
      change(`/reports/${report.id}/answer`, report.version, { words }),
    submit: (body: NewReport, key: string) => post<Report>('/reports', body, key),
  };
}

export type ReportsApi = ReturnType<typeof reportsApi>;
