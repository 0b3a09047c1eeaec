/** The duty officer's journeys on the map screen. */
import assert from 'node:assert/strict';
import { settled } from './browser.mjs';
import { api, chooseSignal, colleague, ROW, untilShown, untilStatus, visit, worldQuery } from './screens.mjs';

export const tests = {
  'the page shows the server’s fires in list and map': () =>
    visit('/', {}, async (page) => {
      const snapshot = await api(page, `/snapshot?${await worldQuery(page)}`);
      const fresh = snapshot.fires.filter((fire) => fire.status === 'signal').length;
      assert.ok(snapshot.fires.length > 0, 'the server under test has fires');
      if (!fresh) await page.locator('#tab-work').click();
      await page.locator(ROW).first().waitFor();
      const drawn = await page.evaluate(() => window.sylvanMap.querySourceFeatures('fires').length);
      assert.ok(drawn > 0, 'fires are on the map');
      const failed = await page.locator('.problem').count();
      assert.equal(failed, 0, 'base map and tiles loaded');
      assert.ok((await page.locator('time strong').textContent()).match(/^\d\d:\d\d$/));
    }),

  'detections and the base map are drawn from tiles': () =>
    visit('/', {}, async (page) => {
      const seen = () =>
        page.evaluate(() => ({
          detections: window.sylvanMap.querySourceFeatures('detections', { sourceLayer: 'detections' })
            .length,
          land: window.sylvanMap.querySourceFeatures('basemap', { sourceLayer: 'land' }).length,
        }));
      for (let turn = 0; turn < 40 && !(await seen()).detections; turn++) await page.waitForTimeout(500);
      const { detections, land } = await seen();
      assert.ok(detections > 0, 'detections came in tiles');
      assert.ok(land > 0, 'the base map came from its file');
    }),

  'a fire is registered by keyboard alone': () =>
    visit('/', {}, async (page) => {
      await page.keyboard.press('1');
      // People's reports stand in the same queue: go down until a satellite's signal is chosen.
      for (let step = 0; step < 60; step++) {
        await page.keyboard.press('j');
        await page.locator('article h2').waitFor();
        if (await page.locator(`${ROW}[aria-current="true"]`).count()) break;
      }
      const id = await page.locator(`${ROW}[aria-current="true"]`).getAttribute('data-fire');
      await page.keyboard.press('a');
      await page.locator('form h3').waitFor();
      await page.keyboard.press('Enter');
      const fire = await untilStatus(page, id, 'registered');
      assert.match(fire.number, /-\d{4}-\d+$/);
      await page.locator('article h2', { hasText: '№' }).waitFor();
      assert.ok(fire.registered_at, 'the clock was stopped');
    }),

  'keys work under a Russian layout': () =>
    visit('/', {}, async (page) => {
      await page.evaluate(() =>
        dispatchEvent(
          new KeyboardEvent('keydown', { code: 'KeyL', key: 'д', bubbles: true, cancelable: true }),
        ),
      );
      await page.locator('.layers input').first().waitFor();
    }),

  'a signal is rejected with a reason of the list': () =>
    visit('/', {}, async (page) => {
      const id = await chooseSignal(page);
      await page.keyboard.press('r');
      await page.getByRole('radio', { name: /Техногенный/ }).check();
      await page.getByRole('button', { name: 'Отклонить' }).click();
      await untilStatus(page, id, 'rejected');
    }),

  'a displayed signal is told to the server as shown': () =>
    visit('/', {}, async (page) => {
      await untilShown(page, await chooseSignal(page));
    }),

  'two officers: the second is refused in words and sees the new state': () =>
    visit('/', {}, async (page) => {
      const id = await chooseSignal(page);
      await untilShown(page, id);
      await page.keyboard.press('a');
      await page.locator('form h3').waitFor();
      await page.route(`**/fires/${id}/register?**`, async (route) => {
        await colleague(page, id, 'reject', { reason: 'not_found', note: '' });
        await route.continue();
      });
      await page.locator('form button[type="submit"]').click();
      const alert = await page.getByRole('alert').textContent();
      assert.match(alert, /[А-Яа-я]{4,}/, 'said in the reader’s language');
      await untilStatus(page, id, 'rejected');
      await page.locator('article .tag', { hasText: 'Не подтвердился' }).waitFor();
      page.troubles = page.troubles.filter((text) => !/status of 4\d\d/.test(text)); // the refusal itself
    }),

  'the screen follows changes by itself': () =>
    visit('/', {}, async (page) => {
      const id = await chooseSignal(page);
      await colleague(page, id, 'register', { note: '' });
      await page.locator('article h2', { hasText: '№' }).waitFor();
    }),

  'a call by bearing and distance becomes a report on the map': () =>
    visit('/', {}, async (page) => {
      await page.keyboard.press('c');
      await page.getByRole('radio', { name: 'азимут и расстояние' }).check();
      await page.getByLabel(/Откуда видно/).fill('62.0 129.0');
      await page.getByLabel('Азимут, °').fill('214');
      await page.getByLabel('Расстояние, км').fill('12');
      await page.locator('.result.ok').waitFor();
      await page.getByRole('button', { name: 'Принять вызов' }).click();
      await page.locator('article h2', { hasText: 'Звонок' }).waitFor();
      const place = await page.locator('article .text').textContent();
      assert.match(place, /61\.9/);
    }),

  'coordinates are found by the search': () =>
    visit('/', {}, async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').getByRole('combobox').fill('62°27.816′ 128°07.710′');
      await page.getByRole('dialog').getByRole('option').first().waitFor();
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => Math.abs(window.sylvanMap.getCenter().lng - 128.1285) < 0.01);
    }),

  'language and light are switched without losing the map': () =>
    visit('/', {}, async (page) => {
      const before = await page.evaluate(() =>
        window.sylvanMap.getPaintProperty('basemap-land', 'fill-color'),
      );
      await page.keyboard.press('n');
      assert.equal(await page.getAttribute('html', 'data-theme'), 'night');
      await page.waitForFunction(
        (old) => window.sylvanMap.getPaintProperty('basemap-land', 'fill-color') !== old,
        before,
      );
      await page.locator('button.lang').click();
      await page.locator('#tab-new', { hasText: 'New' }).waitFor();
      assert.equal(await page.getAttribute('html', 'lang'), 'en');
      await settled(page);
      assert.ok(await page.evaluate(() => window.sylvanMap.querySourceFeatures('fires').length));
      await page.reload();
      await page.locator('#tab-new', { hasText: 'New' }).waitFor();
      assert.equal(await page.getAttribute('html', 'data-theme'), 'night');
    }),

  'a lost line is said, and comes back by itself': () =>
    visit('/', {}, async (page, browser) => {
      await page.locator('.chip.online, .chip.late').waitFor();
      await browser.context.setOffline(true);
      await page.locator('.chip.offline').waitFor();
      await browser.context.setOffline(false);
      await page.locator('.chip.online, .chip.late').waitFor();
      page.troubles = page.troubles.filter((text) => !/ERR_INTERNET_DISCONNECTED/.test(text));
    }),

  'without WebGL 2 the list works and the screen says why there is no map': () =>
    visit('/', { args: ['--disable-3d-apis'] }, async (page) => {
      await page.getByText('Упрощённый режим').waitFor();
      await chooseSignal(page);
    }),

  'on a phone queue, map and card are three tabs': () =>
    visit('/', { size: { width: 390, height: 844 } }, async (page) => {
      await page.locator(ROW).first().click();
      await page.locator('article h2').waitFor();
      assert.equal(await page.locator('section.map').isVisible(), false);
      await page.locator('.panes button').nth(1).click();
      await settled(page);
      const { width } = await page.evaluate(() => document.documentElement.getBoundingClientRect());
      assert.ok(
        (await page.evaluate(() => document.documentElement.scrollWidth)) <= width,
        'nothing sticks out',
      );
      const inside = await page.evaluate(() => {
        const { lng, lat } = window.sylvanMap.getCenter();
        return [lng, lat];
      });
      const [w, s, e, n] = (await api(page, '/config')).region.bbox;
      assert.ok(inside[0] > w && inside[0] < e && inside[1] > s && inside[1] < n, 'the map shows the region');
    }),
};
