/** What the engine tells about one fire beyond its summary. */
import type { Point, Said } from './api-types';

export interface Term extends Said {
  weight: number;
}
export interface Explanation {
  why: { reasons: Said[]; links: number; longest_km: number | null; longest_hours: number | null } | null;
  change: {
    since: string | null;
    until: string;
    satellite: string;
    reasons: Said[];
    new_detections: number;
    area_gained_ha: number;
    frp_change_mw: number | null;
  } | null;
  likelihood: {
    value: number;
    log_odds: number;
    prior: number;
    version: string;
    terms: Term[];
    missing: Said[];
  };
}

export interface Growth {
  hours: { at: string; area_ha: number; gained_ha: number }[];
  directions: { bearing_deg: number; advance_km: number; km_h: number | null }[];
}
export type EdgeSource = 'satellite' | 'drawn' | 'track';

export type Saw = 'fire' | 'nothing' | 'cloud' | 'cloud_unknown' | 'no_data' | 'awaited';
export interface Pass {
  satellite: string;
  at: string;
  view_deg: number | null;
  saw: Saw;
  detections: number;
  frp_mw: number | null;
}
export interface Passes {
  passes: Pass[];
  next: { satellite: string; at: string; view_deg: number | null }[];
  gaps: { from: string; to: string; reason: Said }[];
  elements: { satellite: string; epoch: string; age_days: number; source: string }[];
  missing: Said[];
}

export type SurgeryKind = 'merge' | 'split' | 'move' | 'unmatch' | 'false';
export interface Surgery {
  id: string;
  version: number;
  kind: SurgeryKind;
  at: string;
  actor: string;
  note: string | null;
  fires: string[];
  detections: number;
  undone_at: string | null;
  undone_by: string | null;
  undoable: boolean;
  why_not: Said | null;
}
export interface Operated {
  surgery: string;
  version?: number;
  kind: SurgeryKind;
  fires: { id: string; version: number; status: string }[];
}
export interface DetectionKey {
  key: string;
  acq_at: string;
}

export interface PeopleEdge {
  id: string;
  version: number;
  kind: 'drawn' | 'track';
  at: string;
  actor: string;
  note: string | null;
  area_ha: number | null;
  undone_at: string | null;
  in_force: boolean;
}

export interface Cause {
  cause: string;
  at: string;
  point: Point;
  distance_km: number;
  hours_before: number;
  peak_ka: number | null;
  weight: number;
}
export interface Causes {
  candidates: Cause[];
  missing: Said[];
}

export type HeatState = 'proposed' | 'confirmed' | 'denied' | 'expired';
