/** The inbox speaks the screen's language, whatever the language in which its letters left. */
import assert from 'node:assert/strict';
import { api, become, visit, worldQuery } from './screens.mjs';

const RUSSIAN = /[а-яё]/i;

const spoken = () =>
  visit('/report', { prefs: { lang: 'en', theme: 'day' } }, async (page) => {
    await become(page, 'chief');
    const query = await worldQuery(page);
    // the demo's first passes bring alarms
    await page.waitForFunction(
      async (asked) => (await (await fetch(`/api/v1/alerts/mine?${asked}`)).json()).alerts?.length > 0,
      query,
      { timeout: 90_000, polling: 1000 },
    );
    const { alerts } = await api(page, `/alerts/mine?${query}`);
    assert.equal(alerts[0].language, 'ru', 'the installation’s');
    await page.goto(new URL('/alerts', page.url()).href);
    await page.locator('article[lang=en]').first().waitFor();
    assert.equal(await page.locator('article[lang=ru]').count(), 0);
    const told = await page.locator('article h3').allTextContents();
    assert.deepEqual(
      told.filter((text) => RUSSIAN.test(text)),
      [],
    );
    await page.getByRole('button', { name: /^RU:/ }).click();
    await page.locator('article[lang=ru]').first().waitFor();
    assert.equal(await page.locator('article[lang=en]').count(), 0, 'all of them follow the switch');
  });

export const tests = { 'alerts on the screen speak the language of the screen': spoken };
