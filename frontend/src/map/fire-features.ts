/** Fires of the store as map features. */
import type { Fire } from '../lib/api-types';
import { severity, shortNumber } from '../lib/fires';
import { iconName, SHAPE } from './icons';

/** Quiet and closed fires lie below, unaccepted ones on top. */
function rank(fire: Fire): number {
  return severity(fire) + (fire.status === 'signal' ? 4 : 0);
}

export function fireFeatures(fires: Iterable<Fire>): GeoJSON.Feature[] {
  const features: GeoJSON.Feature[] = [];
  for (const fire of fires) {
    if (fire.status === 'merged' || fire.status === 'rejected') continue;
    features.push({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: fire.point },
      properties: {
        id: fire.id,
        status: fire.status,
        label: shortNumber(fire),
        icon: iconName(SHAPE[fire.status], severity(fire)),
        rank: rank(fire),
      },
    });
  }
  return features;
}
