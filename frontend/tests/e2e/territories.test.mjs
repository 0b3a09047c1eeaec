/** Territories: who answers for each, found by name and by person; gaps are told where there are any. */
import assert from 'node:assert/strict';
import { findings } from './access.test.mjs';
import { api, become, LOOKS, visit } from './screens.mjs';

const PHONE = { width: 390, height: 844 };

async function open(page, code = '') {
  await become(page, 'steward');
  await page.goto(new URL(`/admin#territories${code && `/${code}`}`, page.url()).href);
  await page.reload();
  await page.locator('#tab-territories[aria-selected=true]').waitFor();
  await page.locator('#panel details').first().waitFor();
}

const found = () =>
  visit('/report', {}, async (page) => {
    await become(page, 'steward');
    const told = await api(page, '/territories');
    const judged = told.places.filter(({ judged: is }) => is);
    const lacking = judged.filter(({ gaps }) => gaps.length);
    await open(page);
    assert.equal(await page.locator('#panel details').count(), told.places.length);
    if (lacking.length) await page.getByRole('alert').waitFor();
    else await page.getByText(/^Пробелов нет/).waitFor();

    const place = judged.find(({ own }) => own.length);
    assert.ok(place, "the demo's official answers for one municipality");
    await page.getByRole('searchbox').fill(place.own[0]);
    await page.getByText(/^1 территория$/).waitFor();
    const row = page.locator('#panel details');
    await row.locator('summary').click();
    await row.getByText(/руководитель · Муниципалитет/).waitFor();
    await page.getByRole('searchbox').fill('такой нет');
    await page.getByText('Ничего не нашлось').waitFor();

    await open(page, place.code);
    await page.locator('#panel details.chosen[open]').waitFor();
    const rungs = page.getByRole('region', { name: 'Ступени запросов сил' });
    assert.equal(await rungs.getByRole('row').count(), told.rungs.length + 1);
  });

const closed = () =>
  visit('/report', {}, async (page) => {
    await become(page, 'dispatcher');
    const told = await page.evaluate(async () => (await fetch('/api/v1/territories')).status);
    assert.equal(told, 403);
    await become(page, 'chief');
    await page.goto(new URL('/admin', page.url()).href);
    await page.locator('#tab-territories').waitFor();
    const tabs = await page.getByRole('tab').allTextContents();
    assert.deepEqual(
      tabs.map((text) => text.trim()),
      ['Территории', 'Источники', 'Состояние'],
    );
    await page.getByRole('link', { name: 'Силы' }).click();
    await page.waitForURL((url) => url.pathname === '/');
    await page.getByRole('heading', { name: /Силы/ }).first().waitFor();
    page.troubles = page.troubles.filter((text) => !/status of 403/.test(text));
  });

const look = (prefs, size) => () =>
  visit('/report', { prefs, size, bypassCSP: true }, async (page) => {
    await open(page);
    await page.locator('#panel details summary').first().click();
    const wrong = await findings(page, 'territories');
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wider <= 0, 'nothing sticks out at the side');
    assert.deepEqual(wrong, []);
  });

export const tests = Object.fromEntries([
  ['who answers for a territory is found by name and by person', found],
  ['a duty chief has territories, feeds and health, and the way to the forces', closed],
  ...LOOKS.map((prefs, i) => [
    `axe finds nothing on the page of territories (${prefs.lang}, ${prefs.theme})`,
    look(prefs, i % 2 ? PHONE : {}),
  ]),
]);
