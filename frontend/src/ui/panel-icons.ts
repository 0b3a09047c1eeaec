/** Icons that only panels fetched later need (Lucide, ISC). */
import ban from 'lucide-static/icons/ban.svg?raw';
import chevron from 'lucide-static/icons/chevron-down.svg?raw';
import copy from 'lucide-static/icons/copy.svg?raw';
import lasso from 'lucide-static/icons/lasso.svg?raw';
import monitors from 'lucide-static/icons/screen-share.svg?raw';
import pause from 'lucide-static/icons/pause.svg?raw';
import play from 'lucide-static/icons/play.svg?raw';
import printer from 'lucide-static/icons/printer.svg?raw';
import ruler from 'lucide-static/icons/ruler.svg?raw';
import list from 'lucide-static/icons/list.svg?raw';
import move from 'lucide-static/icons/move.svg?raw';
import pencil from 'lucide-static/icons/pencil.svg?raw';
import pointer from 'lucide-static/icons/mouse-pointer-click.svg?raw';
import route from 'lucide-static/icons/route.svg?raw';
import scissors from 'lucide-static/icons/scissors.svg?raw';
import undo from 'lucide-static/icons/undo-2.svg?raw';
import unlink from 'lucide-static/icons/unlink.svg?raw';
import upload from 'lucide-static/icons/upload.svg?raw';
import wind from 'lucide-static/icons/wind.svg?raw';

export const PANEL_ICONS = {
  ban,
  chevron,
  copy,
  lasso,
  monitors,
  pause,
  play,
  printer,
  ruler,
  list,
  move,
  pencil,
  pointer,
  route,
  scissors,
  undo,
  unlink,
  upload,
  wind,
} as const;
export type PanelIconName = keyof typeof PANEL_ICONS;
