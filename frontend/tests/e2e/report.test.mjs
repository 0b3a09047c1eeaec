/** What a person with a phone does at the form. */
import assert from 'node:assert/strict';
import { api, visit, worldQuery } from './screens.mjs';

const PHONE = { width: 390, height: 844 };
/** The smallest valid PNG with some colour in it: 2 × 2 pixels. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP8z8DAwMDAxMDAwMDAAAANHQEDasKb6QAAAABJRU5ErkJggg==',
  'base64',
);

export const tests = {
  'a report is sent by typed coordinates and shows its number and state': () =>
    visit('/report', { size: PHONE }, async (page) => {
      await page.getByText('Дым', { exact: true }).click();
      await page.getByRole('button', { name: 'Ввести' }).click();
      await page.getByLabel('Координаты').fill('62.4636 128.1285');
      await page.getByLabel('Несколько слов').fill('Дым за рекой');
      await page.getByRole('button', { name: 'Отправить' }).click();
      await page.getByRole('heading', { name: 'Сообщение принято' }).waitFor();
      await page.getByText('ждёт решения').waitFor();
      const { reports } = await api(page, `/snapshot?${await worldQuery(page)}`);
      assert.ok(reports.some((report) => report.text === 'Дым за рекой'));
    }),

  'a photo is made small and goes along': () =>
    visit('/report', { size: PHONE }, async (page) => {
      await page.getByText('Открытый огонь').click();
      await page.getByRole('button', { name: 'Ввести' }).click();
      await page.getByLabel('Координаты').fill('62.5 128.2');
      await page.setInputFiles('input[type="file"]', {
        name: 'fire.png',
        mimeType: 'image/png',
        buffer: PNG,
      });
      await page.getByAltText('Выбранное фото').waitFor();
      await page.getByRole('button', { name: 'Отправить' }).click();
      await page.getByRole('heading', { name: 'Сообщение принято' }).waitFor();
      const { reports } = await api(page, `/snapshot?${await worldQuery(page)}`);
      assert.ok(reports.some((report) => report.has_photo));
    }),

  'a place is chosen on the small map': () =>
    visit('/report', { size: PHONE }, async (page) => {
      await page.getByRole('button', { name: 'На карте' }).click();
      await page.locator('.mini canvas').waitFor();
      await page.waitForTimeout(1500);
      await page.locator('.mini canvas').click({ position: { x: 150, y: 150 } });
      await page.locator('.now.ok strong').waitFor();
    }),

  'the position of the phone is taken, with its accuracy': () =>
    visit('/report', { size: PHONE }, async (page, browser) => {
      await browser.context.grantPermissions(['geolocation']);
      await browser.context.setGeolocation({ longitude: 129.73, latitude: 62.03, accuracy: 12 });
      await page.getByRole('button', { name: 'Где я' }).click();
      await page.getByText('точность ±12 м').waitFor();
    }),

  'what is missing is asked for, nothing is sent': () =>
    visit('/report', { size: PHONE }, async (page) => {
      await page.getByRole('button', { name: 'Отправить' }).click();
      assert.match(await page.getByRole('alert').textContent(), /Выберите, что вы видите/);
    }),

  'sent twice after a lost answer, it is one report': () =>
    visit('/report', { size: PHONE }, async (page) => {
      const words = `дважды ${Math.random()}`;
      await page.getByText('Дым', { exact: true }).click();
      await page.getByRole('button', { name: 'Ввести' }).click();
      await page.getByLabel('Координаты').fill('62.4636 128.1285');
      await page.getByLabel('Несколько слов').fill(words);
      let lost = false;
      await page.route('**/api/v1/reports**', async (route) => {
        if (lost || route.request().method() !== 'POST') return route.continue();
        lost = true;
        await route.fetch(); // the server has it, the phone never hears the answer
        return route.abort();
      });
      await page.getByRole('button', { name: 'Отправить' }).click();
      await page.getByRole('alert').waitFor();
      await page.getByRole('button', { name: 'Отправить' }).click();
      await page.getByRole('heading', { name: 'Сообщение принято' }).waitFor();
      const { reports } = await api(page, `/snapshot?${await worldQuery(page)}`);
      assert.equal(reports.filter((report) => report.text === words).length, 1);
      page.troubles = page.troubles.filter((text) => !/ERR_FAILED/.test(text)); // the answer that was lost
    }),
};
