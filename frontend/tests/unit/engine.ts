/** What the engine may say of a fire; a test changes only what it is about. */
import type { Explanation, Passes, Surgery } from '../../src/lib/engine-types';
import { aFire } from './helpers';

export const explanation = (changes: Partial<Explanation> = {}): Explanation => ({
  why: { reasons: [], links: 3, longest_km: 1.4, longest_hours: 26 },
  change: {
    since: '2026-08-14T03:00:00Z',
    until: '2026-08-14T05:00:00Z',
    satellite: 'NOAA20',
    reasons: [{ code: 'change.grew_towards', params: { area_ha: 12, bearing_deg: 45, count: 3 } }],
    new_detections: 3,
    area_gained_ha: 12,
    frp_change_mw: -8,
  },
  likelihood: {
    value: 0.9,
    log_odds: 2.2,
    prior: 0.3,
    version: 'terms-1',
    terms: [
      { code: 'screening.confidence_high_night', params: { weight: 2.1 }, weight: 2.1 },
      { code: 'screening.confidence_low_day', params: { weight: -0.9 }, weight: -0.9 },
    ],
    missing: [{ code: 'screening.no_type', params: {} }],
  },
  ...changes,
});
export const passes = (): Passes => ({
  passes: [
    {
      satellite: 'NOAA20',
      at: '2026-08-14T04:50:00Z',
      view_deg: 12,
      saw: 'awaited',
      detections: 0,
      frp_mw: null,
      weak: false,
    },
    {
      satellite: 'SNPP',
      at: '2026-08-14T03:10:00Z',
      view_deg: 61,
      saw: 'nothing',
      detections: 0,
      frp_mw: null,
      weak: true,
    },
    {
      satellite: 'NOAA20',
      at: '2026-08-13T18:10:00Z',
      view_deg: 5,
      saw: 'fire',
      detections: 4,
      frp_mw: 41,
      weak: false,
    },
  ],
  next: [
    { satellite: 'NOAA21', at: '2026-08-14T09:00:00Z', view_deg: 40, weak: false },
    { satellite: 'SNPP', at: '2026-08-14T06:04:00Z', view_deg: 33, weak: false },
  ],
  gaps: [
    {
      from: '2026-08-13T19:00:00Z',
      to: '2026-08-14T01:00:00Z',
      reason: { code: 'passes.gap.no_pass', params: {} },
    },
  ],
  elements: [{ satellite: 'SNPP', epoch: '2026-08-13T05:00:00Z', age_days: 1, source: 'file' }],
  missing: [],
});
export const surgery = (changes: Partial<Surgery> = {}): Surgery => ({
  id: 's1',
  version: 1,
  kind: 'split',
  at: '2026-08-14T05:10:00Z',
  actor: 'local',
  note: '',
  fires: [aFire().id],
  detections: 2,
  undone_at: null,
  undone_by: null,
  undoable: true,
  why_not: null,
  ...changes,
});
export const spot = (key: string, at: string, point: [number, number], more = {}): GeoJSON.Feature => ({
  type: 'Feature',
  id: key,
  geometry: { type: 'Point', coordinates: point },
  properties: { key, acq_at: at, satellite: 'NOAA20', frp_mw: 5, verdict: null, ...more },
});
export const detections = (): GeoJSON.FeatureCollection => ({
  type: 'FeatureCollection',
  features: [
    spot('1', '2026-08-14T04:00:00Z', [129, 62]),
    spot('2', '2026-08-14T04:01:00Z', [129.01, 62]),
    spot('3', '2026-08-14T02:00:00Z', [129.3, 62.1]),
  ],
});
