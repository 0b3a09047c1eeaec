/** What the server says, as types. One place, so that no screen invents a field of its own. */

/** A sentence by reference: `code` is the key in the catalogue, `params` fill its blanks. */
export interface Said {
  code: string;
  params?: Record<string, unknown>;
}
export type Names = { ru: string; en: string };
export type Point = [number, number];

export type FireStatus =
  | 'signal'
  | 'registered'
  | 'dispatched'
  | 'fighting'
  | 'contained'
  | 'mopup'
  | 'out'
  | 'suspended'
  | 'rejected'
  | 'merged'
  | 'transferred';
export type RejectReason =
  | 'technogenic'
  | 'non_forest'
  | 'controlled_burn'
  | 'not_found'
  | 'duplicate'
  | 'foreign';
export type Activity = 'burning' | 'active' | 'sleeping' | 'out';
export type Zone = 'ground' | 'aviation' | 'control';

export interface NamedPlace {
  code: string | null;
  name: Names;
}

export interface Address {
  municipality: NamedPlace | null;
  forestry: NamedPlace | null;
  subforestry: NamedPlace | null;
  compartment: NamedPlace | null;
  stand: NamedPlace | null;
  zone: Zone | null;
  land_category: string | null;
  nearest: { name: Names; distance_km: number; bearing_deg: number } | null;
  time_zone: string | null;
  sample: boolean;
}

export interface Fire {
  id: string;
  world: string;
  version: number;
  number: string | null;
  status: FireStatus;
  previous_status: FireStatus | null;
  merged_into: string | null;
  ids_merged: string[];
  first_seen: string;
  last_seen: string;
  received_at: string;
  shown_at: string | null;
  registered_at: string | null;
  closed_at: string | null;
  point: Point;
  bbox: [number, number, number, number] | null;
  area_ha: number;
  area_lo_ha: number;
  area_hi_ha: number;
  growth_ha_h: number | null;
  frp_mw: number;
  n_detections: number;
  n_passes: number;
  sensors: string[];
  activity: Activity;
  likelihood: number;
  reasons: Said[];
  address: Address;
  source_kinds: SourceKind[];
  frp_series: [string, number][];
  proposals: string[];
  parts: number;
  details: Record<string, unknown>;
}

export interface FireDetail extends Fire {
  edge: GeoJSON.Geometry | null;
}

export interface LogEntry {
  seq: number;
  kind: string;
  at: string;
  actor: string;
  body: Partial<Fire> & Record<string, unknown>;
}

export type SourceKind =
  | 'satellite'
  | 'person'
  | 'call'
  | 'tower'
  | 'aircraft'
  | 'camera'
  | 'lightning'
  | 'partner';
export type Seen = 'smoke' | 'flame' | 'lightning' | 'burnt' | 'other';
export type ReportStatus = 'queued' | 'attached' | 'promoted' | 'field_check' | 'rejected';

export interface Report {
  id: string;
  world: string;
  version: number;
  source_kind: SourceKind;
  seen: Seen;
  point: Point;
  accuracy_m: number | null;
  place: Place;
  observed_at: string;
  received_at: string;
  text: string;
  has_photo: boolean;
  status: ReportStatus;
  fire_id: string | null;
  reject_reason: RejectReason | null;
  address: Address | null;
}

export interface Bearing {
  origin: Point;
  bearing_deg: number;
  distance_km?: number;
  name?: string;
}
export interface Place {
  method: 'coordinates' | 'bearing' | 'cross';
  point?: Point | null;
  accuracy_m?: number | null;
  bearings?: Bearing[];
}

export interface NewReport {
  source_kind: SourceKind;
  seen: Seen;
  place: Place;
  observed_at: string;
  text: string;
  name: string;
  phone: string;
  /** JPEG, PNG or WebP in base64. */
  photo: string | null;
}

/** What a change answers: the thing and its new version. */
export interface Changed {
  id: string;
  version: number;
}

export interface Feed {
  feed: string;
  kind: string;
  title: Names | null;
  last_poll: string | null;
  last_pass: string | null;
  last_data: string | null;
  last_error: (Said & { at: string }) | null;
  state: 'ok' | 'late' | 'failing' | 'never' | 'open';
  rows: number;
}

export interface Proposal {
  id: string;
  version: number;
  kind: string;
  status: 'open' | 'accepted' | 'declined' | 'obsolete';
  fires: string[];
  reason: Said;
  created_at: string;
  decided_by: string | null;
}

export interface World {
  id: number;
  name: string;
  kind: 'live' | 'replay' | 'drill';
  now: string;
  rate: number;
}

export interface Snapshot {
  epoch: string;
  as_of_seq: number;
  world: World;
  fires: Fire[];
  reports: Report[];
  feeds: Feed[];
  proposals: Proposal[];
}

export interface LiveEvent {
  seq: number;
  epoch: string;
  world: string;
  kind: string;
  id: string;
  at: string;
  territories: string[];
  point: Point | null;
  actor: string | null;
  body: unknown;
}

export interface LayerInfo {
  code: string;
  region: string;
  kind: string;
  title: Names;
  source: string;
  licence: string;
  sample: boolean;
  items: number;
}

export interface Config {
  version: string;
  region: {
    code: string;
    name: Names;
    bbox: [number, number, number, number];
    center: Point;
    zoom: number;
    time_zones: string[];
  };
  default_world: string;
  languages: string[];
  basemap: string;
  attribution: string;
  registration_norm_s: number;
  reject_reasons: RejectReason[];
  transitions: Record<string, FireStatus[]>;
}

export interface Histogram {
  t0: string;
  step_s: number;
  counts: number[];
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string | null;
  code?: string;
  params?: Record<string, unknown>;
  errors?: { field: string; code: string; params?: Record<string, unknown> }[];
}
