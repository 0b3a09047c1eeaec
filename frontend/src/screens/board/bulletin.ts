/** The morning bulletin as lines of text: what stands on the screen and what is copied into a message. */
import { t } from '../../lib/i18n.svelte';
import { hectares } from '../../lib/time';

/** As `services/document_shape.py` publishes them for the kind `bulletin`. */
interface Fields {
  region: string;
  scope: string;
  registered: number;
  out: number;
  active: number;
  contained: number;
  suspended: number;
  area_active_ha: number;
  year_registered: number;
  year_out: number;
  year_area_ha: number;
  units: number;
  people: number | null;
  places: {
    key: string;
    name: string;
    danger: string | null;
    fires: number;
    area_ha: number;
    regimes: string;
  }[];
  remarks: { key: string; text: string }[];
}

export interface Lines {
  head: string;
  body: string[];
  places: string[];
  remarks: string[];
}

export function lines(told: Record<string, unknown>, day: string): Lines {
  const fields = told as unknown as Fields;
  const forces =
    fields.people === null
      ? t('board.bulletin.forces_some', { units: fields.units })
      : t('board.bulletin.forces', { units: fields.units, people: fields.people });
  return {
    head: `${t('board.bulletin')}, ${day}. ${fields.scope}`,
    body: [
      t('board.bulletin.fires', {
        active: fields.active,
        contained: fields.contained,
        suspended: fields.suspended,
        ha: hectares(fields.area_active_ha),
      }),
      t('board.bulletin.day', { registered: fields.registered, out: fields.out }),
      t('board.bulletin.year', {
        registered: fields.year_registered,
        ha: hectares(fields.year_area_ha),
        out: fields.year_out,
      }),
      forces,
    ],
    places: fields.places.map((one) =>
      [
        `${one.name}: ${t('board.danger.class', { n: one.danger ?? '–' })}`,
        one.fires ? `${t('board.fires.active')}: ${one.fires}, ${hectares(one.area_ha)}` : '',
        one.regimes,
      ]
        .filter(Boolean)
        .join('; '),
    ),
    remarks: fields.remarks.map((one) => one.text),
  };
}

export const asText = ({ head, body, places, remarks }: Lines): string =>
  [
    head,
    '',
    ...body.map((one) => `${one}.`),
    '',
    ...places,
    ...(remarks.length ? ['', ...remarks] : []),
  ].join('\n');
