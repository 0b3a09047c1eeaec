/** Figures down to a fire, a document issued, corrected and taken; axe in every language by every light. */
import assert from 'node:assert/strict';
import { findings } from './access.test.mjs';
import { LOOKS, api, colleague, visit, worldQuery } from './screens.mjs';

const PHONE = { width: 390, height: 844 };

/** A fire that was registered just now, so that there is something to count. */
async function registered(page) {
  const query = await worldQuery(page);
  const { features } = await api(page, `/fires?${query}&status=signal&limit=1`);
  await colleague(page, features[0].id, 'register', { first_area_ha: 2 });
  return api(page, `/fires/${features[0].id}?${query}`);
}

const figures = () =>
  visit('/figures', {}, async (page) => {
    const fire = await registered(page);
    await page.reload();
    const card = page.locator('.card', { hasText: 'Решение о силах' });
    await card.click();
    assert.equal(await card.getAttribute('aria-pressed'), 'true');
    await page.getByText('Норма не задана').waitFor();
    await page.locator('.card', { hasText: 'Регистрация' }).click();
    await page.locator('.chart canvas').waitFor();
    const told = await api(page, `/figures?${await worldQuery(page)}`);
    const counted = told.figures[0].total.counted;
    assert.ok(counted > 0);
    const rows = page.locator('.things tbody tr');
    await rows.first().waitFor();
    assert.equal(await rows.count(), told.figures[0].total.rows);
    const link = page.getByRole('link', { name: fire.number, exact: true });
    assert.match(await link.getAttribute('href'), new RegExp(`#${fire.id}$`));
    await page.getByLabel('Зона охраны').selectOption('');
    await page.waitForURL('**zone=*');
  });

const documents = () =>
  visit('/figures', {}, async (page) => {
    const fire = await registered(page);
    const issue = async (reason) => {
      await page.getByRole('button', { name: 'Выпустить документ' }).click();
      await page.locator('form').getByLabel('Вид').selectOption('act');
      await page.locator('form').getByLabel('Номер пожара').fill(fire.number);
      await page.getByLabel('Причина исправления').fill(reason);
      await page.getByLabel('Расходы на тушение, руб.').fill(reason ? '1500' : '1000');
      await page.getByRole('button', { name: 'Выпустить', exact: true }).click();
    };
    await issue('');
    await page.getByRole('status').filter({ hasText: 'версия 1' }).waitFor();
    await issue('Уточнены расходы');
    await page.getByRole('status').filter({ hasText: 'версия 2' }).waitFor();
    const row = page.locator('tr', { hasText: 'Уточнены расходы' }).first();
    const taken = page.waitForEvent('download');
    await row.getByRole('link', { name: /pdf$/ }).click();
    assert.match((await taken).suggestedFilename(), /^act-AKT-\d{4}-\d{4}-v2-ru\.pdf$/);
    await issue('');
    await page.getByRole('alert').waitFor(); // a version without a reason
    page.troubles = page.troubles.filter((text) => !/status of 422/.test(text));
  });

const look = (prefs, size) => () =>
  visit('/figures', { prefs, size, bypassCSP: true }, async (page) => {
    await page.waitForTimeout(1500);
    const found = await findings(page, 'figures');
    await page.locator('button[aria-expanded]').last().click();
    found.push(...(await findings(page, 'form')));
    assert.deepEqual(found, []);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wider <= 0, 'nothing sticks out at the side');
  });

export const tests = Object.fromEntries([
  ['figures lead from a number to its fires', figures],
  ['an act is issued, corrected with a reason, and taken', documents],
  ...LOOKS.map((prefs, i) => [
    `axe finds nothing on the figures (${prefs.lang}, ${prefs.theme})`,
    look(prefs, i % 2 ? PHONE : {}),
  ]),
  ['axe finds nothing on the figures in high contrast', look({ ...LOOKS[1], contrast: 'high' }, {})],
]);
