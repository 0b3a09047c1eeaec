/** What stands in a fire's way, why it comes first, where it will be, and how dry the land is. */
import assert from 'node:assert/strict';
import { api, chooseSignal, visit, worldQuery } from './screens.mjs';

/** A first forecast waits for its turn among helpers that leave the cores to others. */
const FORECAST_MS = 300_000;

const unfold = async (page, part) => {
  const head = page.locator(`[data-part="${part}"]`);
  if ((await head.getAttribute('aria-expanded')) === 'false') await head.click();
};
const numberOf = (text) =>
  Number(
    text
      .replace('−', '-')
      .replace(',', '.')
      .replace(/[^\d.-]/g, ''),
  );

export const tests = {
  'a fire says what it threatens, and its priority is the sum of its terms': () =>
    visit('/', {}, async (page) => {
      const id = await chooseSignal(page);
      const told = await api(page, `/fires/${id}/exposure?${await worldQuery(page)}`);
      await unfold(page, 'threats');
      if (told.objects.length)
        await page
          .getByText(told.objects[0].name?.ru ?? told.objects[0].code)
          .first()
          .waitFor();
      await unfold(page, 'priority');
      const points = await page.locator('.points').allTextContents();
      assert.ok(points.length > 0, 'a fire has terms');
      const sum = points.reduce((all, one) => all + numberOf(one), 0);
      const whole = numberOf(await page.locator('.sum').textContent());
      assert.ok(Math.abs(sum - whole) <= 0.5 + 0.05 * points.length, `${points} make ${whole}`);
    }),

  'a place is forecast on demand, with its doubt on the map': () =>
    visit('/', {}, async (page) => {
      await chooseSignal(page);
      await page.keyboard.press('f');
      await page.waitForFunction(() => !window.sylvanMap.isMoving() && window.sylvanMap.getZoom() > 6);
      await page.keyboard.press('l');
      await page.getByRole('button', { name: 'Прогноз для точки…' }).click();
      const canvas = await page.locator('.canvas').boundingBox();
      // where a fire burns there is fuel
      const place = [canvas.x + canvas.width * 0.5 + 24, canvas.y + canvas.height * 0.5 + 24];
      const under = await page.evaluate((at) => document.elementFromPoint(...at).className, place);
      assert.match(under, /maplibregl-canvas/, 'nothing lies over the middle of the map');
      await page.mouse.click(...place);
      await page.getByText('Щёлкните на карте').waitFor({ state: 'hidden' });
      const told = page.locator('.bar details summary');
      await told.or(page.locator('.bar .error')).first().waitFor({ timeout: FORECAST_MS });
      assert.equal(await page.locator('.bar .error').count(), 0);
      await page.waitForFunction(() => window.sylvanMap.querySourceFeatures('x-spread').length > 0);
    }),

  'fire danger: raster, days, measures, and the values of a place': () =>
    visit('/', { prefs: { lang: 'ru', theme: 'day', layers: { danger: true } } }, async (page) => {
      await page.waitForFunction(
        () => window.sylvanMap.getSource('x-danger-places') && window.sylvanMap.getSource('x-danger'),
      );
      await page.getByRole('button', { name: 'Опасность и меры' }).first().click();
      await page.getByRole('heading', { level: 4 }).first().waitFor();
      const tiff = await page.getByRole('link', { name: /GeoTIFF/ }).getAttribute('href');
      const status = await page.evaluate(async (url) => (await fetch(url)).status, tiff);
      assert.equal(status, 200);
    }),
};
