/** A fire's passes laid out on a strip of time. Pure. */
import type { Pass, Passes } from '../../../lib/engine-types';
import { HOUR, ms } from '../../../lib/time';

export interface Mark {
  key: string;
  at: number;
  /** Place on the strip, percent. */
  left: number;
  saw: Pass['saw'] | 'next';
  view_deg: number | null;
  detections: number;
  weak: boolean;
}
export interface Lane {
  satellite: string;
  marks: Mark[];
}
export interface Strip {
  from: number;
  to: number;
  /** Where "now" is, percent. */
  now: number;
  lanes: Lane[];
  gaps: { key: string; left: number; width: number }[];
}

/** How far ahead the strip looks, hours: the next round of a polar satellite always falls within. */
export const AHEAD_H = 12;

/** One lane for each satellite, the busiest first; what is out of the strip is left out. */
export function layOut({ passes, next, gaps }: Passes, now: number, hours: number): Strip {
  const from = now - hours * HOUR;
  const to = now + AHEAD_H * HOUR;
  const place = (at: number) => (100 * (at - from)) / (to - from);
  const lanes = new Map<string, Mark[]>();
  const add = (satellite: string, mark: Omit<Mark, 'left' | 'key'>) => {
    if (mark.at < from || mark.at > to) return;
    const marks = lanes.get(satellite) ?? [];
    marks.push({ ...mark, left: place(mark.at), key: `${mark.at} ${mark.saw}` });
    lanes.set(satellite, marks);
  };
  for (const { satellite, at, saw, view_deg, detections, weak } of passes)
    add(satellite, { at: ms(at), saw, view_deg, detections, weak });
  for (const { satellite, at, view_deg, weak } of next)
    add(satellite, { at: ms(at), saw: 'next', view_deg, detections: 0, weak });
  return {
    from,
    to,
    now: place(now),
    lanes: [...lanes]
      .map(([satellite, marks]) => ({ satellite, marks: once(marks) }))
      .sort((a, b) => b.marks.length - a.marks.length || (a.satellite < b.satellite ? -1 : 1)),
    gaps: gaps.flatMap((gap) => {
      const left = Math.max(0, place(ms(gap.from)));
      const right = Math.min(100, place(ms(gap.to)));
      return right > left ? [{ key: gap.from, left, width: right - left }] : [];
    }),
  };
}

function once(marks: Mark[]): Mark[] {
  const known = new Map(marks.map((mark) => [mark.key, mark]));
  return [...known.values()].sort((a, b) => a.at - b.at);
}

/** The soonest pass that is still to come. */
export function nextOf({ next }: Passes, now: number) {
  return [...next].filter(({ at }) => ms(at) > now).sort((a, b) => ms(a.at) - ms(b.at))[0] ?? null;
}
