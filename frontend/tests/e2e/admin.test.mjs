/** Administration: a layer is uploaded, judged, compared, published and brought back; axe on each tab. */
import assert from 'node:assert/strict';
import { findings } from './access.test.mjs';
import { become, LOOKS, api, visit } from './screens.mjs';

const PHONE = { width: 390, height: 844 };

/** The page as the data administrator of the demo sees it. */
async function asSteward(page, tab) {
  await become(page, 'steward');
  await page.goto(new URL(`/admin#${tab}`, page.url()).href);
  await page.reload();
  await page.locator(`#tab-${tab}[aria-selected=true]`).waitFor();
}

const feature = (code, name, [west, south, east, north], open = false) => ({
  type: 'Feature',
  properties: { KOD: code, NAZV: name },
  geometry: {
    type: 'Polygon',
    coordinates: [
      [[west, south], [east, south], [east, north], [west, north], ...(open ? [] : [[west, south]])],
    ],
  },
});
const file = (...features) => ({
  name: 'farms.geojson',
  mimeType: 'application/geo+json',
  buffer: Buffer.from(JSON.stringify({ type: 'FeatureCollection', features })),
});
const SOUTH = feature('a', 'Ферма южная', [129, 61, 129.4, 61.2]);
const NORTH = feature('b', 'Ферма северная', [129, 63, 129.4, 63.2]);
const MOVED = feature('a', 'Ферма южная', [129.1, 61, 129.5, 61.2]);
const UNCLOSED = feature('c', 'Ферма новая', [130, 62, 130.4, 62.2], true);

async function send(page, told) {
  await page.getByLabel('Файл слоя').setInputFiles(told);
  await page.getByLabel('Что это').selectOption('farm');
  await page.getByRole('button', { name: 'Проверить', exact: true }).click();
}
async function upload(page, told) {
  await send(page, told);
  await page
    .getByRole('heading', { name: /farms|Ферм/ })
    .first()
    .waitFor();
}
async function publish(page, button, reason) {
  await page.getByLabel('Причина').fill(reason);
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('status').filter({ hasText: 'действует: версия' }).waitFor();
}
const codes = async (page) =>
  (await api(page, '/layers/farm/items')).features?.map(({ id }) => id).sort() ?? [];

const layers = () =>
  visit('/report', {}, async (page) => {
    await asSteward(page, 'layers');
    await page.getByText('до 15 МБ').waitFor();
    await send(page, { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') });
    await page.getByRole('alert').filter({ hasText: 'list.csv' }).waitFor();

    await upload(page, file(SOUTH, NORTH));
    await publish(page, 'Опубликовать', 'Перечень ферм');
    assert.deepEqual(await codes(page), ['a', 'b']);

    await upload(page, file(MOVED, UNCLOSED));
    const card = page.getByRole('region', { name: /черновик/ });
    await card.getByText('Объект 2').waitFor();
    await card.getByText('Кольцо не замкнуто').waitFor();
    await card.getByText('Опубликовать нельзя').waitFor();
    assert.deepEqual(await codes(page), ['a', 'b'], 'a draft changes nothing');
    await card.getByRole('button', { name: /Исправить предложенным/ }).click();
    await card.getByText('1 добавится, 1 изменится, 1 исчезнет').waitFor();
    await card.locator('[data-drawn="3"]').waitFor();
    await publish(page, 'Опубликовать', 'Обход территории');
    assert.deepEqual(await codes(page), ['a', 'c']);

    const row = page.getByRole('row', { name: /farms/ }).first();
    await row.getByRole('button', { name: 'История' }).click();
    const former = page.getByRole('row', { name: /Перечень ферм/ }).last();
    await former.getByRole('button', { name: 'Открыть' }).click();
    await publish(page, 'Вернуть эту версию', 'Обход был другой области');
    assert.deepEqual(await codes(page), ['a', 'b']);
    page.troubles = page.troubles.filter((text) => !/status of 4\d\d/.test(text));
  });

const rules = () =>
  visit('/report', {}, async (page) => {
    await asSteward(page, 'rules');
    const { writable } = await api(page, '/rule-desk');
    await page.getByRole('button', { name: 'Править: fires.yaml' }).click();
    const text = page.getByRole('textbox', { name: 'Текст файла fires.yaml' });
    const before = await text.inputValue();
    await page.getByText(/Ошибок нет/).waitFor();

    const line = before.split('\n').findIndex((one) => one.includes('about: fire')) + 1;
    await text.fill(before.replace('about: fire', 'about: weather'));
    await page
      .getByRole('button', { name: `строка ${line}`, exact: true })
      .first()
      .click();
    const caret = await text.evaluate((area) => area.value.slice(0, area.selectionStart).split('\n').length);
    assert.equal(caret, line, 'a fault leads to its line');
    const publishing = page.getByRole('button', { name: 'Ввести в действие' });
    if (writable) assert.ok(await publishing.isDisabled(), 'a fault never comes into force');

    const after = `${before.trimEnd()}\n# ${Date.now()}\n`;
    await text.fill(after);
    await page.getByText(/Ошибок нет/).waitFor();
    await page.getByRole('button', { name: 'Попробовать на прошлом' }).click();
    await page.getByText(/сообщени[ея|й].* за .* событий/).waitFor();
    const letters = page.locator('details article');
    await page.getByText(/^Тексты сообщений/).click();
    assert.ok((await letters.count()) > 0, 'messages in their own words');

    if (writable) {
      await page.getByLabel('Причина').fill('Порог проверен на прошлых сутках');
      await publishing.click();
      await page.getByRole('status').filter({ hasText: 'fires.yaml действует: версия' }).waitFor();
      await page.getByRole('button', { name: 'История' }).first().click();
      await page.getByRole('button', { name: 'Открыть эту версию' }).last().click();
      await page.getByText(/Открыта прежняя версия 1/).waitFor();
      await page.getByText(/Ошибок нет/).waitFor();
      await page.getByLabel('Причина').fill('Вернуть, как было');
      await publishing.click();
      await page.getByRole('status').filter({ hasText: 'fires.yaml действует: версия' }).waitFor();
      const { files } = await api(page, '/rule-desk');
      assert.notEqual(files.find(({ file }) => file === 'fires.yaml').text, after);
    } else {
      const taken = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Скачать файл' }).click();
      assert.equal((await taken).suggestedFilename(), 'fires.yaml');
      await page.getByText(/SYLVAN_ALERTS_DIR/).waitFor();
    }
  });

const TABS = ['layers', 'rules'];
const look = (prefs, size) => () =>
  visit('/report', { prefs, size, bypassCSP: true }, async (page) => {
    const found = [];
    for (const tab of TABS) {
      await asSteward(page, tab);
      await page.locator('#panel section').first().waitFor();
      await page.waitForTimeout(500);
      found.push(...(await findings(page, tab)));
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wider <= 0, `${tab}: nothing sticks out at the side`);
    }
    assert.deepEqual(found, []);
  });

export const tests = Object.fromEntries([
  ['a layer is checked, mended, published and brought back', layers],
  ['a rule is checked as it is typed, tried over a past day, put in force and brought back', rules],
  ...LOOKS.map((prefs, i) => [
    `axe finds nothing in administration (${prefs.lang}, ${prefs.theme})`,
    look(prefs, i % 2 ? PHONE : {}),
  ]),
]);
