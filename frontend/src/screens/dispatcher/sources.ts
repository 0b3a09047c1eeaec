/** Who may have seen a fire, drawn. */
import type { SourceKind } from '../../lib/api-types';
import type { IconName } from '../../ui/icons';

export const SOURCE_ICON: Record<SourceKind, IconName> = {
  satellite: 'satellite',
  person: 'person',
  call: 'phone',
  tower: 'tower',
  aircraft: 'plane',
  camera: 'camera',
  lightning: 'lightning',
  partner: 'handshake',
};
