/** Kinds that may be chosen for what is new in the register. */
import type { Station, Unit } from '../../../lib/engine-types';

export const UNIT_KINDS = [
  'ground_crew',
  'smokejumpers',
  'helitack',
  'village_team',
  'partner_crew',
  'engine',
  'bulldozer',
  'atv',
  'boat',
  'helicopter',
  'air_tanker',
  'patrol_aircraft',
  'pump',
  'drone',
] as const satisfies readonly Unit['kind'][];
export const STATION_KINDS = [
  'air_base',
  'fire_station',
  'village',
  'partner',
  'airstrip',
  'field_camp',
] as const satisfies readonly Station['kind'][];
