/** Small makers of domain values, so that a test names only what it is about. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Fire, LiveEvent, Report, Snapshot } from '../../src/lib/api-types';
import { useCatalogue, type Lang } from '../../src/lib/i18n.svelte';

export function aFire(changes: Partial<Fire> = {}): Fire {
  return {
    id: '0198a000-0000-7000-8000-00000000abcd',
    world: 'live',
    version: 1,
    number: null,
    status: 'signal',
    previous_status: null,
    merged_into: null,
    ids_merged: [],
    first_seen: '2026-08-14T05:00:00Z',
    last_seen: '2026-08-14T05:10:00Z',
    received_at: '2026-08-14T05:20:00Z',
    shown_at: null,
    registered_at: null,
    closed_at: null,
    point: [129, 62],
    bbox: [128.9, 61.9, 129.1, 62.1],
    area_ha: 12,
    area_lo_ha: 8,
    area_hi_ha: 18,
    growth_ha_h: null,
    frp_mw: 40,
    n_detections: 4,
    n_passes: 1,
    sensors: ['VIIRS NOAA-20'],
    activity: 'burning',
    likelihood: 0.9,
    reasons: [],
    address: {
      region: null,
      municipality: { code: 'gorny', name: { ru: 'Горный улус', en: 'Gorny District' } },
      forestry: null,
      subforestry: null,
      compartment: null,
      stand: null,
      zone: null,
      land_category: null,
      nearest: {
        code: 'berdigestyakh',
        name: { ru: 'Бердигестях', en: 'Berdigestyakh' },
        distance_km: 40,
        bearing_deg: 90,
      },
      time_zone: 'Asia/Yakutsk',
      missing: [],
      sample: false,
    },
    source_kinds: ['satellite'],
    frp_series: [],
    proposals: [],
    parts: 1,
    details: {},
    edge_source: null,
    ...changes,
  };
}

export function aReport(changes: Partial<Report> = {}): Report {
  return {
    evidence: {},
    answer_due_at: null,
    answered_at: null,
    answer_words: '',
    joined_to: null,
    also_seen: 0,
    id: '0198a000-0000-7000-8000-00000000beef',
    world: 'live',
    version: 1,
    source_kind: 'tower',
    seen: 'smoke',
    point: [129, 62],
    accuracy_m: null,
    place: { method: 'coordinates', point: [129, 62] },
    observed_at: '2026-08-14T05:20:00Z',
    received_at: '2026-08-14T05:21:00Z',
    text: '',
    has_photo: false,
    status: 'queued',
    fire_id: null,
    reject_reason: null,
    address: null,
    ...changes,
  };
}

export function aSnapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    epoch: 'e1',
    as_of_seq: 0,
    world: { id: 1, name: 'live', kind: 'live', now: '2026-08-14T05:22:00Z', rate: 1 },
    fires: [],
    reports: [],
    feeds: [],
    proposals: [],
    exposures: [],
    forecasts: [],
    stations: [],
    units: [],
    orders: [],
    notices: [],
    cares: [],
    ...changes,
  };
}

export function anEvent(seq: number, kind: string, body: { id: string }, epoch = 'e1'): LiveEvent {
  return {
    seq,
    epoch,
    world: 1,
    kind,
    id: body.id,
    at: '2026-08-14T05:22:00Z',
    territories: [],
    point: null,
    actor: 'system',
    body,
  };
}

export function catalogue(lang: Lang): Record<string, string | Record<string, string>> {
  const folder = `../sylvan/locales/${lang}`;
  const parts = readdirSync(folder).map((file) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')));
  return Object.assign({}, ...parts);
}

export function speak(lang: Lang): void {
  useCatalogue(lang, catalogue(lang));
}
