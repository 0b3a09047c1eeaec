/** What the engine tells about one fire beyond its summary. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Explanation = Schemas['Explanation'];
export type Term = Schemas['Term'];

export type Passes = Schemas['FirePasses'];
export type Pass = Schemas['Pass'];
export type Saw = Pass['saw'];

export type Surgery = Schemas['Surgery'];
export type SurgeryKind = Surgery['kind'];
/** What a surgery answers: the fires that it touched, as they stand now. */
export type Operated = Schemas['Cut'];
export type DetectionKey = Schemas['DetectionName'];

export interface Growth {
  hours: { at: string; area_ha: number; gained_ha: number }[];
  directions: { bearing_deg: number; advance_km: number; km_h: number | null }[];
}
export type EdgeSource = 'satellite' | 'drawn' | 'track';

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

export type Causes = Schemas['Causes'];

export type HeatSource = Schemas['HeatDetail'];
export type HeatChanged = Schemas['HeatChanged'];
export type HeatState = HeatSource['state'];
export type HeatKind = HeatSource['kind'];
export type NewHeatSource = Pick<Schemas['NewHeatSource'], 'kind' | 'point' | 'radius_km' | 'name'>;
