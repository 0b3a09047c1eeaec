/** Fires and waiting reports of the store as map features. */
import type { Fire, Report } from '../lib/api-types';
import { isOpen, reportSeverity, severity, shortNumber } from '../lib/fires';
import { iconName, REPORT_SHAPE, SHAPE } from './icons';

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

/** Reports that wait for a decision; once decided they live on in their fire. */
export function reportFeatures(reports: Iterable<Report>): GeoJSON.Feature[] {
  return [...reports].filter(isOpen).map((report) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: report.point },
    properties: {
      id: report.id,
      status: 'report',
      label: '',
      icon: iconName(REPORT_SHAPE, reportSeverity(report)),
      rank: reportSeverity(report) + 4,
    },
  }));
}
