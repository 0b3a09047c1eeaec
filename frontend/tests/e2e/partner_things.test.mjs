/** A partner's own things: a file is looked at, mended, kept, taken back; a thing is removed; axe. */
import assert from 'node:assert/strict';
import { findings } from './access.test.mjs';
import { become, LOOKS, api, visit } from './screens.mjs';

const PHONE = { width: 390, height: 844 };
const HEAD = 'external_id;kind;name_ru;name_en;lon;lat;watch_km;alarm_km;contact_name;contact_phone';
const ONE = 'J-1;tower;Вышка Первая;First tower;129,10;61,99;40;10;Дежурный;+7 4112 00-00-00';
const SWAPPED = 'J-2;tower;Вышка Вторая;Second tower;62,02;129,30;40;10;;';
const TWO = 'J-2;tower;Вышка Вторая;Second tower;129,30;62,02;40;10;;';
const MAST = 'J-3;mast;Вышка Третья;Third tower;129,40;62,02;40;10;;';
const table = (...rows) => ({
  name: 'towers.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from([HEAD, ...rows].join('\r\n')),
});
/** Ends where it does not begin: refused, and offered closed. */
const unclosed = {
  name: 'field.geojson',
  mimeType: 'application/geo+json',
  buffer: Buffer.from(
    JSON.stringify({
      type: 'Feature',
      properties: { external_id: 'J-4', kind: 'farm', name_ru: 'Поле', name_en: 'Field' },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [129, 62],
            [129.1, 62],
            [129.1, 62.1],
          ],
        ],
      },
    }),
  ),
};

/** A change from outside of the page, as another of the partner's people or programs makes it. */
async function post(page, path, body) {
  return page.evaluate(
    async ([target, sent]) => {
      const csrf = /csrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf, 'If-Match': '*' };
      const told = { method: 'POST', headers, ...(sent ? { body: JSON.stringify(sent) } : {}) };
      return (await fetch(`/api/v1${target}`, told)).json();
    },
    [path, body],
  );
}
const mine = async (page) =>
  (await api(page, '/assets?limit=500')).features
    .filter(({ properties }) => properties.external_id.startsWith('J-'))
    .map(({ properties }) => properties);
const keys = async (page) => (await mine(page)).map((one) => one.external_id).sort();

/** The page as the demo's partner sees it, without what earlier runs left. */
async function asPartner(page) {
  await become(page, 'partner');
  for (const one of await mine(page)) await post(page, `/assets/${one.id}/retire`);
  await page.goto(new URL('/partner', page.url()).href);
  await page.getByRole('region', { name: /^(Ваши объекты|Your assets)$/ }).waitFor();
  const open = page.getByRole('button', { name: /^(Загрузить файл|Upload a file)$/ });
  const field = page.getByLabel(/^(Файл с объектами|File of assets)$/);
  await open.or(field).first().waitFor();
  if (await open.isVisible()) await open.click();
}
async function look(page, told) {
  await page.getByLabel(/^(Файл с объектами|File of assets)$/).setInputFiles(told);
  await page.getByRole('button', { name: /^(Проверить файл|Check the file)$/ }).click();
  const plan = page.getByRole('region', { name: told.name });
  await plan.waitFor();
  return plan;
}
/** Refusals are told to the console by the browser itself. */
function forgive(page) {
  page.troubles = page.troubles.filter((text) => !/status of 4\d\d/.test(text));
}
const done = (page, words) => page.getByRole('status').filter({ hasText: words }).waitFor();

const taken = () =>
  visit('/report', {}, async (page) => {
    await asPartner(page);
    await page.getByText('до 15 МБ').waitFor();
    for (const name of ['CSV', 'GeoJSON']) {
      const saved = page.waitForEvent('download');
      await page.getByRole('link', { name, exact: true }).click();
      assert.match((await saved).suggestedFilename(), /^assets\.(csv|geojson)$/);
    }

    const bad = await look(page, table(ONE, SWAPPED, MAST));
    await bad
      .getByRole('listitem')
      .filter({ hasText: 'Строка 3' })
      .getByText('поменяйте их местами')
      .waitFor();
    await bad.getByRole('listitem').filter({ hasText: 'Строка 4' }).getByText('power_line').waitFor();
    const keep = page.getByRole('button', { name: 'Сохранить', exact: true });
    assert.ok(await keep.isDisabled(), 'rows at fault are left out by a word alone');
    assert.deepEqual(await keys(page), [], 'looking keeps nothing');
    const focused = await page.evaluate(() => document.activeElement?.textContent);
    assert.equal(focused, 'Проверка: towers.csv', 'who listens is taken to what was found');

    const good = await look(page, table(ONE, TWO));
    await good.getByRole('listitem').filter({ hasText: 'Вышка Вторая' }).waitFor();
    await good.locator('canvas').waitFor();
    await keep.focus();
    await page.keyboard.press('Enter');
    await done(page, /новых 2.*Теперь под наблюдением/);
    assert.deepEqual(await keys(page), ['J-1', 'J-2']);
    await page.getByRole('row', { name: /Вышка Первая.*40.*10 км.*Дежурный/ }).waitFor();

    await page.getByRole('button', { name: 'Убрать: Вышка Первая, J-1' }).click();
    await page.getByRole('button', { name: 'Оставить' }).click();
    assert.deepEqual(await keys(page), ['J-1', 'J-2'], 'a question that is answered no');
    await page.getByRole('button', { name: 'Убрать: Вышка Первая, J-1' }).click();
    await page.getByRole('button', { name: 'Да, больше не следить' }).click();
    await done(page, 'больше не под наблюдением');
    assert.deepEqual(await keys(page), ['J-2']);
    await page.getByRole('button', { name: 'Вернуть как было' }).click();
    await done(page, 'Возвращено как было');
    assert.deepEqual(await keys(page), ['J-1', 'J-2']);
  });

const mended = () =>
  visit('/report', {}, async (page) => {
    await asPartner(page);
    const plan = await look(page, unclosed);
    await plan.getByText('Объект 1').waitFor();
    await plan.getByRole('button', { name: /Взять исправленный чертёж/ }).click();
    await plan.getByRole('listitem').filter({ hasText: 'Поле' }).waitFor();
    await page.getByRole('button', { name: 'Сохранить', exact: true }).click();
    await done(page, 'новых 1');
    assert.deepEqual(await keys(page), ['J-4']);
  });

const guarded = () =>
  visit('/report', {}, async (page) => {
    await asPartner(page);
    await look(page, table(ONE));
    const card = { external_id: 'J-1', kind: 'tower', name: { ru: 'Чужая правка' } };
    const geometry = { type: 'Point', coordinates: [129.2, 62] };
    await post(page, '/assets/batch', { assets: [{ ...card, geometry }] });
    await page.getByRole('button', { name: 'Сохранить', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: 'Ничего не сохранено' }).waitFor();
    assert.equal((await mine(page))[0].name.ru, 'Чужая правка');

    const wrong = { name: 'lines.kml', mimeType: 'text/plain', buffer: table(ONE).buffer };
    await page.getByLabel('Файл с объектами').setInputFiles(wrong);
    await page.getByRole('button', { name: 'Проверить файл' }).click();
    await page.getByRole('alert').filter({ hasText: 'lines.kml' }).waitFor();

    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    const large = { name: 'all.csv', mimeType: 'text/csv', buffer: Buffer.alloc(15_100_000, 'x') };
    await page.getByLabel('Файл с объектами').setInputFiles(large);
    await page.getByRole('alert').filter({ hasText: 'не больше 15 МБ' }).waitFor();
    assert.ok(await page.getByRole('button', { name: 'Проверить файл' }).isDisabled());
    assert.deepEqual(
      asked.filter((url) => url.includes('/assets/file')),
      [],
      'a file beyond the limit is not sent',
    );
    forgive(page);
  });

const accessible = (prefs, size) => () =>
  visit('/report', { prefs, size, bypassCSP: true }, async (page) => {
    await asPartner(page);
    await look(page, table(ONE, SWAPPED, TWO));
    await page.locator('canvas').waitFor();
    const found = await findings(page, 'things');
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wider <= 0, 'nothing sticks out at the side');
    assert.deepEqual(found, []);
  });

export const tests = Object.fromEntries([
  ['a partner’s file is refused by line, mended, kept, and a thing removed and put back', taken],
  ['a drawing that can be mended is taken mended after a word', mended],
  ['what changed meanwhile, is no such file or too large is not taken', guarded],
  ...LOOKS.map((prefs, i) => [
    `axe finds nothing where a partner looks at a file (${prefs.lang}, ${prefs.theme})`,
    accessible(prefs, i % 2 ? PHONE : {}),
  ]),
]);
