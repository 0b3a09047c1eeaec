/** What units and bases look like: one drawing a kind, on the map and in lists (Lucide, ISC). */
import arrowDown from 'lucide-static/icons/arrow-down-to-line.svg?raw';
import car from 'lucide-static/icons/car-front.svg?raw';
import drone from 'lucide-static/icons/drone.svg?raw';
import droplet from 'lucide-static/icons/droplet.svg?raw';
import droplets from 'lucide-static/icons/droplets.svg?raw';
import factory from 'lucide-static/icons/factory.svg?raw';
import hardHat from 'lucide-static/icons/hard-hat.svg?raw';
import helicopter from 'lucide-static/icons/helicopter.svg?raw';
import house from 'lucide-static/icons/house.svg?raw';
import plane from 'lucide-static/icons/plane.svg?raw';
import ship from 'lucide-static/icons/ship.svg?raw';
import tent from 'lucide-static/icons/tent.svg?raw';
import tractor from 'lucide-static/icons/tractor.svg?raw';
import truck from 'lucide-static/icons/truck.svg?raw';
import umbrella from 'lucide-static/icons/umbrella.svg?raw';
import users from 'lucide-static/icons/users.svg?raw';
import warehouse from 'lucide-static/icons/warehouse.svg?raw';
import type { Station, UnitKind } from '../lib/engine-types';

/** An aircraft with a drop beside it carries water. */
const tanker = `<g>${plane}</g><g transform="translate(13 13) scale(0.5)">${droplet}</g>`;

export const UNIT_DRAWINGS: Record<UnitKind, string> = {
  ground_crew: users,
  smokejumpers: umbrella,
  helitack: arrowDown,
  village_team: house,
  partner_crew: hardHat,
  engine: truck,
  bulldozer: tractor,
  atv: car,
  boat: ship,
  helicopter,
  air_tanker: tanker,
  patrol_aircraft: plane,
  pump: droplets,
  drone,
};
export const STATION_DRAWINGS: Record<Station['kind'], string> = {
  air_base: plane,
  fire_station: warehouse,
  village: house,
  partner: factory,
  airstrip: plane,
  field_camp: tent,
};
