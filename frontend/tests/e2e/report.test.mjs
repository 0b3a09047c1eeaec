/** What a person with a phone does at the form. */
import assert from 'node:assert/strict';
import { api, visit, worldQuery } from './screens.mjs';

const PHONE = { width: 390, height: 844 };
/** The smallest valid PNG with some colour in it: 2 × 2 pixels. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP8z8DAwMDAxMDAwMDAAAANHQEDasKb6QAAAABJRU5ErkJggg==',
  'base64',
);
/** 64 × 48 pixels, as newer phones store photos. */
const HEIC = [
  'AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA',
  'ACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAABgAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRt',
  'AAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA',
  'AAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5j',
  'bHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBp',
  'eGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAACBtZGF0AAAAFCgBrwQY+Mpx1//K6fzuAtkhIR5w',
].join('');

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
      await page.getByRole('heading', { name: 'Сообщение в телефоне' }).waitFor();
      await page.getByRole('heading', { name: 'Сообщение принято' }).waitFor(); // sent again by itself
      const { reports } = await api(page, `/snapshot?${await worldQuery(page)}`);
      assert.equal(reports.filter((report) => report.text === words).length, 1);
      page.troubles = page.troubles.filter((text) => !/ERR_FAILED/.test(text)); // the answer that was lost
    }),

  'smoke is told in three taps, and answered under its link': () =>
    visit('/report', { size: PHONE }, async (page, browser) => {
      await browser.context.grantPermissions(['geolocation']);
      const longitude = 126 + Math.floor(Math.random() * 900) / 1000; // no report of an earlier run
      await browser.context.setGeolocation({ longitude, latitude: 61.4, accuracy: 20 });
      await page.getByText('Дым', { exact: true }).click(); // one
      await page.getByText('точность ±20 м').waitFor(); // found by itself
      await page.getByRole('button', { name: 'Отправить' }).click(); // two: there was no third to ask for
      await page.getByRole('heading', { name: 'Сообщение принято' }).waitFor();
      const link = await page.locator('a[href*="/report/answer/"]').first().getAttribute('href');
      const q = await worldQuery(page);
      const { reports } = await api(page, `/snapshot?${q}`);
      const mine = reports.find(({ point }) => point[0] === longitude && point[1] === 61.4);
      const answer = await browser.newPage({ lang: 'ru', theme: 'day' });
      await answer.goto(link);
      await answer.locator('[data-outcome=waits]').waitFor();
      await answer.getByText(/Ответят до/).waitFor();
      await page.evaluate(
        ({ id, version, q }) =>
          fetch(`/api/v1/reports/${id}/reject?${q}`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', 'If-Match': `"${version}"` },
            body: JSON.stringify({ reason: 'controlled_burn' }),
          }),
        { ...mine, q },
      );
      await answer.reload();
      await answer.getByText('Пожара нет: согласованное выжигание.').waitFor();
    }),

  'whoever saw the same joins the report that is there': () =>
    visit('/report', { size: PHONE }, async (page) => {
      const place = `62.${Math.floor(1000 + Math.random() * 8000)} 118.4`;
      await report(page, place, 'первое');
      await page.getByRole('button', { name: 'Сообщить ещё' }).click();
      await report(page, place, 'второе', async () => {
        await page.getByRole('button', { name: 'Я тоже вижу' }).first().click();
      });
      await page.getByText('то же, что уже сообщили').waitFor();
    }),

  'without a network a report is kept, the page opens again, and it goes by itself, with its photo': () =>
    visit('/report', { size: PHONE }, async (page, { context }) => {
      const words = `без сети ${Math.random()}`;
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
      await page.waitForFunction(() => navigator.serviceWorker.controller);
      await context.setOffline(true);
      await page.reload();
      await page.locator('form').waitFor();
      await page.setInputFiles('input[type="file"]', { name: 'f.png', mimeType: 'image/png', buffer: PNG });
      await page.getByAltText('Выбранное фото').waitFor();
      await report(page, '62.4636 128.1285', words, undefined, false);
      await page.getByRole('heading', { name: 'Сообщение в телефоне' }).waitFor();
      await context.setOffline(false);
      await page.getByRole('heading', { name: 'Сообщение принято' }).waitFor();
      const { reports } = await api(page, `/snapshot?${await worldQuery(page)}`);
      const found = reports.filter((one) => one.text === words);
      assert.deepEqual(
        found.map(({ has_photo }) => has_photo),
        [true],
      );
      page.troubles = page.troubles.filter((text) => !/ERR_INTERNET_DISCONNECTED/.test(text));
    }),

  'a video is refused in plain words, on the phone already': () =>
    visit('/report', { size: PHONE }, async (page) => {
      const film = { name: 'fire.mp4', mimeType: 'video/mp4', buffer: Buffer.from('ftypmp42') };
      await page.setInputFiles('input[type="file"]', film);
      await page.getByText(/Это видео/).waitFor();
    }),

  'a photo of the phone that no browser draws (HEIC) goes as it is, and the server draws it': () =>
    visit('/report', { size: PHONE }, async (page) => {
      const words = `heic ${Math.random()}`;
      const heic = { name: 'fire.heic', mimeType: 'image/heic', buffer: Buffer.from(HEIC, 'base64') };
      await page.setInputFiles('input[type="file"]', heic);
      await page.getByText(/данные камеры сотрёт сервер/).waitFor();
      await report(page, '62.4636 128.1285', words);
      const { reports } = await api(page, `/snapshot?${await worldQuery(page)}`);
      assert.equal(reports.find((one) => one.text === words)?.has_photo, true);
    }),
};

/** Fills the form in by typed coordinates, and waits until the server has it. */
async function report(page, place, words, before = async () => undefined, arrives = true) {
  await page.getByText('Дым', { exact: true }).click();
  await page.getByRole('button', { name: 'Ввести' }).click();
  await page.getByLabel('Координаты').fill(place);
  await page.getByLabel('Несколько слов').fill(words);
  await before();
  await page.getByRole('button', { name: 'Отправить' }).click();
  if (arrives) await page.getByRole('heading', { name: 'Сообщение принято' }).waitFor();
}
