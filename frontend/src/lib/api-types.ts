/**
 * What the server says, as types. They come from its OpenAPI document (`npm run gen`); only closed lists,
 * which the document gives as plain strings, are narrowed here, so that no screen misspells a status.
 */
import type { components } from './schema';

type Schemas = components['schemas'];
type With<T, Narrowed> = Omit<T, keyof Narrowed> & Narrowed;

/** A sentence by reference: `code` is the key in the catalogue, `params` fill its blanks. */
export interface Said {
  code: string;
  params?: Record<string, unknown>;
}
export type Names = Schemas['Names'];
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
export type SourceKind = 'satellite' | Schemas['NewReport']['source_kind'];
export type ReportStatus = 'queued' | 'attached' | 'promoted' | 'field_check' | 'rejected';
export type RejectReason = Schemas['RejectFire']['reason'];
export type Seen = Schemas['NewReport']['seen'];
export type ForecastTold = Schemas['ForecastTold'];
export type Activity = Schemas['FireSummary']['activity'];
/** A next step in a fire's life and the facts that must be told with it. */
export type StatusOption = With<Schemas['StatusOption'], { status: FireStatus }>;

/** The server leaves nothing out of an address; the document marks defaults as optional. */
export type Address = Required<Schemas['Address']>;
type FireLists = {
  status: FireStatus;
  previous_status: FireStatus | null;
  source_kinds: SourceKind[];
  address: Address;
};
export type Fire = With<Schemas['FireSummary'], FireLists>;
type Shapes = { edge: GeoJSON.Geometry | null; front: GeoJSON.Geometry | null };
export type FireDetail = With<Schemas['FireDetail'], FireLists & Shapes>;
export type LogEntry = With<Schemas['LogEntry'], { body: Partial<Fire> & Record<string, unknown> }>;

type Sight = 'origin' | 'bearing_deg';
export type Bearing = Pick<Schemas['Bearing'], Sight> & Partial<Omit<Schemas['Bearing'], Sight>>;
export type Place = Pick<Schemas['ReportPlace'], 'method'> & {
  point?: Point | null;
  accuracy_m?: number | null;
  bearings?: Bearing[];
};
/** Defaults are filled in by the server. */
export type NewReport = With<
  Omit<Schemas['NewReport'], 'photo' | 'photo_claims'>,
  { place: Place; observed_at: string | null }
> & {
  photo: string | null;
};
export type Report = With<
  Schemas['Report'],
  {
    source_kind: SourceKind;
    seen: Seen;
    status: ReportStatus;
    reject_reason: RejectReason | null;
    address: Address | null;
    place: Place;
  }
>;

export type Feed = With<Schemas['Feed'], { state: 'ok' | 'late' | 'failing' | 'never' | 'open' | 'paused' }>;
export type Proposal = Schemas['Proposal'];
export type World = Schemas['World'];
export type Snapshot = With<
  Schemas['Snapshot'],
  { fires: Fire[]; reports: Report[]; feeds: Feed[]; proposals: Proposal[] }
>;
export type LayerInfo = With<Schemas['LayerInfo'], { title: Names }>;
export type Histogram = Schemas['Histogram'];
export type Config = With<
  Schemas['Config'],
  { transitions: Record<string, StatusOption[]>; reject_reasons: RejectReason[] }
>;
/** What a change answers: the thing and its new version. */
export type Changed = Schemas['Ok'];

/** An event of the live channel; see `/api/v1/asyncapi.json`. */
export interface LiveEvent {
  seq: number;
  epoch: string;
  world: number | string;
  kind: string;
  id: string;
  at: string;
  territories: string[];
  point: Point | null;
  actor: string | null;
  body: unknown;
}

/** RFC 9457, with a code of the catalogue. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string | null;
  code?: string;
  params?: Record<string, unknown>;
  errors?: { field: string; code: string; params?: Record<string, unknown> }[];
}
