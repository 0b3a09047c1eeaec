/** Reasons why a signal is no fire, as the statistics of false alarms count them. */
import type { RejectReason } from '../../lib/api-types';

export const REASONS: RejectReason[] = [
  'technogenic',
  'non_forest',
  'controlled_burn',
  'not_found',
  'duplicate',
  'foreign',
];
