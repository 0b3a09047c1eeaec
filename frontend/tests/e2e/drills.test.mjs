/** A head of duty begins a drill, a dispatcher works in it, real life breaks through, the score tells. */
import assert from 'node:assert/strict';
import { findings } from './access.test.mjs';
import { BASE, settled } from './browser.mjs';
import { become, LOOKS, api, chooseSignal, visit } from './screens.mjs';

const PHONE = { width: 390, height: 844 };
const HURRIED = 120;

/** Sends a change as this page may. */
const post = (page, path, body) =>
  page.evaluate(
    async ([target, told]) => {
      const csrf = /csrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf };
      const answer = await fetch(`/api/v1${target}`, { method: 'POST', headers, body: JSON.stringify(told) });
      return answer.json();
    },
    [path, body],
  );

async function begin(page, name) {
  await page.goto(`${BASE}/drills`);
  await page.getByRole('button', { name: 'Новое учение' }).click();
  await page.getByLabel('Название').fill(name);
  await page.getByLabel('Пожаров').fill('12');
  await page.getByLabel('Номер дня').fill('5');
  await page.getByLabel('Часов').fill('12');
  await page.getByLabel('Скорость').selectOption({ label: `×${HURRIED}` });
  await page.getByRole('button', { name: 'Посмотреть, что в нём' }).click();
  const holds = page.getByRole('status').filter({ hasText: 'Срок на сигнал' });
  await holds.waitFor();
  assert.match(await holds.textContent(), /о котор.+Файлов спутников: \d+/s);
  await page.getByRole('button', { name: 'Начать учение' }).click();
  const card = page.getByRole('article', { name });
  await card.getByText('идёт', { exact: true }).waitFor();
  return card;
}

const whole = () =>
  visit('/', {}, async (page) => {
    const name = `Смена ${Date.now() % 100_000}`;
    await become(page, 'chief');
    await begin(page, name);
    await become(page, 'dispatcher');
    await page.goto(`${BASE}/drills`);
    await page.getByRole('article', { name }).getByRole('link', { name: 'Войти' }).click();
    await settled(page);
    await page.locator('.banner.drill').getByText('Учение').waitFor();
    await page.waitForFunction(() => document.title.startsWith('УЧЕНИЕ · '));
    const id = await chooseSignal(page);
    await page.keyboard.press('a');
    await page.locator('[data-field=register_note]').waitFor();
    await page.keyboard.press('Enter');
    const world = encodeURIComponent(name);
    for (let turn = 0; turn < 60; turn++) {
      if ((await api(page, `/fires/${id}?world=${world}`)).number) break;
      await page.waitForTimeout(500);
    }
    assert.ok((await api(page, `/fires/${id}?world=${world}`)).number, 'it has a number');

    // a neighbour of the drill hears nothing, and real life breaks through
    const place = { method: 'coordinates', point: [129.7, 62.05] };
    await post(page, '/reports?world=live', { place, seen: 'smoke', source_kind: 'call' });
    const loud = page.getByRole('alert').filter({ hasText: 'Реальная тревога' });
    await loud.waitFor();
    assert.match(await loud.getByRole('link').getAttribute('href'), /world=live/);

    await page.goto(`${BASE}/figures?world=${world}`);
    await page.locator('.drill-mark').getByText('Учение', { exact: true }).waitFor();

    await become(page, 'viewer');
    const shut = await page.evaluate(
      async (target) => (await fetch(`/api/v1/snapshot?world=${target}`)).status,
      world,
    );
    assert.equal(shut, 403);
    await become(page, 'chief');
    await page.goto(`${BASE}/drills`);
    const card = page.getByRole('article', { name });
    await card.getByRole('button', { name: 'Завершить' }).click();
    await card.getByRole('button', { name: 'Да, завершить' }).click();
    await card.getByText('закончено').waitFor();
    await card.getByRole('button', { name: 'Итоги' }).click();
    const line = card.getByRole('row', { name: /demo-dispatcher.*зарегистрирован/ });
    await line.waitFor();
    assert.match(await line.textContent(), /\d+(,\d+)?\s(с|мин|ч)/);
    await card.locator('canvas').waitFor();
    const taken = page.waitForEvent('download');
    await card.getByRole('link', { name: 'CSV' }).click();
    assert.equal((await taken).suggestedFilename(), 'exercise-score.csv');
    page.troubles = page.troubles.filter((text) => !/status of 40[0134]/.test(text));
  });

const look = (prefs, size) => () =>
  visit('/', { prefs, size, bypassCSP: true }, async (page) => {
    await page.evaluate(async () => {
      const csrf = /csrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf };
      const body = JSON.stringify({ role: 'chief' });
      await fetch('/api/v1/account/demo', { method: 'POST', headers, body });
      if ((await (await fetch('/api/v1/drills')).json()).length) return;
      const fresh = { ...headers, 'X-CSRF-Token': /csrf=([^;]*)/.exec(document.cookie)?.[1] ?? '' };
      const source = { kind: 'generated', hours: 1, seed: 5, fires: 4 };
      const drill = JSON.stringify({ name: 'Look', source, speed: 600, roles: ['dispatcher'] });
      await fetch('/api/v1/drills', { method: 'POST', headers: fresh, body: drill });
    });
    await page.goto(`${BASE}/drills`);
    await page.locator('button[aria-expanded=false]').first().click();
    await page.locator('form').waitFor();
    const found = await findings(page, 'form');
    await page.locator('article button[aria-expanded]').first().click();
    await page.waitForTimeout(1500);
    found.push(...(await findings(page, 'score')));
    assert.deepEqual(found, []);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wider <= 0, 'nothing sticks out at the side');
    page.troubles = page.troubles.filter((text) => !/status of 401/.test(text));
  });

export const tests = Object.fromEntries([
  ['a drill is begun, worked in, ended and scored', whole],
  ...LOOKS.map((prefs, i) => [
    `axe finds nothing on the drills (${prefs.lang}, ${prefs.theme})`,
    look(prefs, i % 2 ? PHONE : {}),
  ]),
  ['axe finds nothing on the drills in high contrast', look({ ...LOOKS[1], contrast: 'high' }, {})],
]);
