/** The icons in use, one by one, so that no unused drawing is shipped (Lucide, ISC).
 * The build keeps only what stands inside `<svg>`. */
import bell from 'lucide-static/icons/bell.svg?raw';
import bellRing from 'lucide-static/icons/bell-ring.svg?raw';
import camera from 'lucide-static/icons/camera.svg?raw';
import check from 'lucide-static/icons/check.svg?raw';
import contrast from 'lucide-static/icons/contrast.svg?raw';
import cross from 'lucide-static/icons/x.svg?raw';
import crosshair from 'lucide-static/icons/crosshair.svg?raw';
import factory from 'lucide-static/icons/factory.svg?raw';
import file from 'lucide-static/icons/file-text.svg?raw';
import flame from 'lucide-static/icons/flame.svg?raw';
import handshake from 'lucide-static/icons/handshake.svg?raw';
import help from 'lucide-static/icons/circle-question-mark.svg?raw';
import history from 'lucide-static/icons/history.svg?raw';
import layers from 'lucide-static/icons/layers.svg?raw';
import lightning from 'lucide-static/icons/zap.svg?raw';
import map from 'lucide-static/icons/map.svg?raw';
import maximize from 'lucide-static/icons/maximize.svg?raw';
import merge from 'lucide-static/icons/merge.svg?raw';
import minus from 'lucide-static/icons/minus.svg?raw';
import moon from 'lucide-static/icons/moon.svg?raw';
import person from 'lucide-static/icons/user.svg?raw';
import phone from 'lucide-static/icons/phone.svg?raw';
import plane from 'lucide-static/icons/plane.svg?raw';
import plus from 'lucide-static/icons/plus.svg?raw';
import satellite from 'lucide-static/icons/satellite.svg?raw';
import search from 'lucide-static/icons/search.svg?raw';
import sun from 'lucide-static/icons/sun.svg?raw';
import tower from 'lucide-static/icons/tower-control.svg?raw';
import users from 'lucide-static/icons/users.svg?raw';

export const ICONS = {
  bell,
  bellRing,
  camera,
  check,
  contrast,
  cross,
  crosshair,
  factory,
  file,
  flame,
  handshake,
  help,
  history,
  layers,
  lightning,
  map,
  maximize,
  merge,
  minus,
  moon,
  person,
  phone,
  plane,
  plus,
  satellite,
  search,
  sun,
  tower,
  users,
} as const;
export type IconName = keyof typeof ICONS;
