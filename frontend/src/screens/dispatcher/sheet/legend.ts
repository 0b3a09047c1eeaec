/** The legend of a sheet: what was drawn on it, and nothing else. */
import type { LayerInfo } from '../../../lib/api-types';
import { named, t } from '../../../lib/i18n.svelte';
import { FORCES } from '../../../map/force-palette';
import { toneOf } from '../../../map/overlays';
import { AGE_STEPS, PALETTE } from '../../../map/palette';
import type { Shape } from '../../../map/icons';

type Seen = Map<string, GeoJSON.GeoJsonProperties[]>;
export interface Entry {
  text: string;
  sign: 'dot' | 'line' | 'area' | 'letter' | Shape;
  colour: string;
  letter?: string;
}
const GREY = ['#000000', '#4d4d4d', '#8c8c8c', '#bdbdbd'];
const SIGNS: [Shape, 'signal' | 'report' | 'work' | 'held' | 'closed' | 'suspended'][] = [
  ['diamond', 'signal'],
  ['triangle', 'report'],
  ['disc', 'work'],
  ['half', 'held'],
  ['ring', 'closed'],
  ['square', 'suspended'],
];

const has = (seen: Seen, pattern: RegExp) => [...seen.keys()].some((id) => pattern.test(id));

function ages(seen: Seen, now: number, grey: boolean): Entry[] {
  const all = ['detections-cells', 'detections-points'].flatMap((id) => seen.get(id) ?? []);
  const found = new Set(
    all.map((one) => {
      const hours = (now - Number(one?.t)) / 3600;
      const step = AGE_STEPS.findIndex((limit) => hours < limit);
      return step < 0 ? 3 : step;
    }),
  );
  return ([0, 1, 2, 3] as const)
    .filter((step) => found.has(step))
    .map((step) => ({
      text: t('sheet.detections', { age: t(`legend.age-${step}`) }),
      sign: 'dot',
      colour: (grey ? GREY : PALETTE.day.ages)[step] ?? '#000000',
    }));
}

function fires(seen: Seen): Entry[] {
  // An icon is called `fire-shape-severity`.
  const shapes = new Set((seen.get('fires') ?? []).map((one) => String(one?.icon).split('-')[1]));
  return SIGNS.filter(([shape]) => shapes.has(shape)).map(([shape, word]) => ({
    text: t(`legend.${word}`),
    sign: shape,
    colour: PALETTE.day.severity[2],
  }));
}

function lines(seen: Seen): Entry[] {
  const { edgeLine, front, spread, heat, bolt, draw, smoke } = PALETTE.day;
  const all: [RegExp, Entry][] = [
    [/^(edges-|edge-line)/, { text: t('edge_panel.key_edge'), sign: 'line', colour: edgeLine }],
    [/^(fronts-line|x-front)/, { text: t('edge_panel.key_front'), sign: 'line', colour: front }],
    [/^x-spread(?!-all)/, { text: t('layers.forecast'), sign: 'line', colour: spread[1] }],
    [/^x-spread-all/, { text: t('layers.forecasts'), sign: 'line', colour: spread[0] }],
    [/^x-sector/, { text: t('sheet.smoke'), sign: 'area', colour: smoke }],
    [/^x-threats/, { text: t('sheet.threats'), sign: 'letter', letter: '!', colour: edgeLine }],
    [/^x-force/, { text: t('layers.forces'), sign: 'dot', colour: FORCES.day.force }],
    [/^x-heat/, { text: t('layers.heat'), sign: 'letter', letter: '■', colour: heat }],
    [/^x-bolts/, { text: t('layers.lightning'), sign: 'letter', letter: '+', colour: bolt[0] }],
    [/^x-regimes/, { text: t('layers.regimes'), sign: 'area', colour: '#e07a1f' }],
    [/^x-assets/, { text: t('layers.assets'), sign: 'area', colour: '#5c6b7a' }],
    [/^x-foreign/, { text: t('layers.neighbours'), sign: 'letter', letter: '○', colour: '#5c6b7a' }],
    [/^x-measure/, { text: t('sheet.measured'), sign: 'line', colour: draw }],
  ];
  return all.filter(([pattern]) => has(seen, pattern)).map(([, entry]) => entry);
}

function region(seen: Seen, layers: LayerInfo[]): Entry[] {
  return layers.flatMap((info): Entry[] => {
    const isLine = seen.has(`layer-${info.code}-line`);
    if (!isLine && !seen.has(`layer-${info.code}-point`)) return [];
    const colour = PALETTE.day.layers[toneOf(info)];
    return [{ text: named(info.title), sign: isLine ? 'line' : 'dot', colour }];
  });
}

/** The shade that `map/capture` gives to a colour, `#rrggbb`. */
export function shadeOf(colour: string): string {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\da-f]{2}/gi) ?? []).map((part) =>
    parseInt(part, 16),
  );
  const light = Math.round(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  return `#${light.toString(16).padStart(2, '0').repeat(3)}`;
}

/** `now`: the moment that ages count from, epoch seconds; `danger`: whether its picture is shown. */
export function legendOf(
  seen: Seen,
  layers: LayerInfo[],
  { now, grey, danger }: { now: number; grey: boolean; danger: boolean },
): Entry[] {
  const picture: Entry[] = danger ? [{ text: t('danger_panel.layer'), sign: 'area', colour: '#f46d43' }] : [];
  const drawn = [...fires(seen), ...lines(seen), ...picture, ...region(seen, layers)];
  const printed = grey ? drawn.map((entry) => ({ ...entry, colour: shadeOf(entry.colour) })) : drawn;
  return [...ages(seen, now, grey), ...printed];
}
