/** Forces: on the map with what they do, sent and seen to move; the register found, edited, given out. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { api, chooseSignal, visit, worldQuery } from './screens.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** A crew gets ready in some world minutes and reports every five; the played day runs 60 times as fast. */
const MOVES_MS = 240_000;

const post = (page, path, body, headers = {}) =>
  page.evaluate(
    async ([target, told, more]) => {
      const answer = await fetch(`/api/v1${target}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...more },
        body: JSON.stringify(told),
      });
      return { status: answer.status, body: await answer.json() };
    },
    [path, body, headers],
  );

/** A registered fire and a free helicopter near it that has a way there. */
async function sent(page) {
  const query = await worldQuery(page);
  const id = await chooseSignal(page);
  const { version, point } = await api(page, `/fires/${id}?${query}`);
  const registered = await post(
    page,
    `/fires/${id}/register?${query}`,
    { note: '' },
    { 'If-Match': `"${version}"` },
  );
  assert.ok(registered.status < 300 || registered.status === 409, JSON.stringify(registered.body));
  const units = await api(page, `/forces/units?${query}&kind=helicopter&status=available`);
  const km = ({ position }) => Math.hypot(position.point[0] - point[0], 2 * (position.point[1] - point[1]));
  const [first] = units.filter(({ position }) => position).sort((a, b) => km(a) - km(b));
  const answer = await post(page, `/fires/${id}/orders?${query}`, {
    units: [{ unit: first.code, rung: 'station', task: '' }],
    suggestion: null,
  });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return { query, unit: first };
}

const signOf = (page, unit) =>
  page.evaluate(
    (id) =>
      window.sylvanMap
        .getSource('x-force-crowds')
        .getData()
        .then(
          ({ features }) =>
            features.find(({ properties }) => properties.units.split(' ').includes(id)) ?? null,
        ),
    unit.id,
  );

export const tests = {
  'an ordered unit leaves by itself and its sign moves without a reload': () =>
    visit('/', {}, async (page) => {
      await page.waitForFunction(() => window.sylvanMap.getSource('x-force-units'));
      const { query, unit } = await sent(page);
      const until = Date.now() + MOVES_MS;
      let told;
      while (Date.now() < until) {
        told = await api(page, `/forces/units/${unit.id}?${query}`);
        if (told.status !== 'assigned' && told.position?.source === 'gnss') break;
        await page.waitForTimeout(2000);
      }
      assert.equal(told.position?.source, 'gnss', `${unit.code} is ${told.status} and reported nothing`);
      await page.waitForFunction(
        ([id, [lon, lat]]) =>
          window.sylvanMap
            .getSource('x-force-crowds')
            .getData()
            .then(({ features }) =>
              features.some(
                ({ properties, geometry }) =>
                  properties.units.split(' ').includes(id) &&
                  Math.hypot(geometry.coordinates[0] - lon, geometry.coordinates[1] - lat) > 0.01,
              ),
            ),
        [unit.id, unit.position.point],
      );
      assert.ok(await signOf(page, unit));
    }),

  'the register is found by keyboard, edited, and keeps its history': () =>
    visit('/', {}, async (page) => {
      await page.keyboard.press('u');
      await page.getByRole('searchbox', { name: 'Название, код или владелец' }).fill('бульдозер');
      const row = page.locator('[data-unit]').first();
      await row.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Изменить' }).click();
      const note = `проверка ${Date.now()}`;
      await page.getByLabel('Примечание').fill(note);
      await page.getByRole('button', { name: 'Сохранить' }).click();
      await page.getByText(`Примечание: ${note}`).waitFor();
      await page.evaluate(AXE);
      const found = await page.evaluate(() => window.axe.run(document.querySelector('section.card')));
      assert.deepEqual(
        found.violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
        [],
      );
    }),

  'a unit is created, found, and retired again': () =>
    visit('/', {}, async (page) => {
      await page.keyboard.press('u');
      await page.getByRole('button', { name: 'Новая единица' }).click();
      const code = `new-${Date.now()}`;
      await page.getByLabel('Код').fill(code);
      await page.getByLabel('Название по-русски').fill('Новый бульдозер');
      await page.getByLabel('Вид').selectOption('bulldozer');
      await page.getByRole('button', { name: 'Создать' }).click();
      await page.locator('article h3', { hasText: 'Новый бульдозер' }).waitFor();
      const query = await worldQuery(page);
      const known = async () =>
        (await api(page, `/forces/units?${query}`)).filter((one) => one.code === code).length;
      assert.equal(await known(), 1);
      await page.getByRole('button', { name: 'Снять с учёта…' }).click();
      await page.getByRole('button', { name: 'Снять с учёта', exact: true }).click();
      await page.getByText('Снято с учёта: Новый бульдозер').first().waitFor();
      assert.equal(await known(), 0);
    }),

  'a file with a fault is refused by line, and what was given out is taken back as the same': () =>
    visit('/', {}, async (page) => {
      await page.keyboard.press('u');
      await page.getByRole('button', { name: 'Загрузить, выгрузить' }).click();
      const name = 'units.csv';
      const bad = 'code,kind,station\nx-1,airship,nowhere\n';
      await page.getByLabel('Файл').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(bad) });
      await page
        .getByText(/строка 2/)
        .first()
        .waitFor();
      // the browser tells of an answer that refuses
      assert.match(page.troubles.splice(0).join(), /^console error: .* status of 422 [^,]*$/);
      const href = await page.getByRole('link', { name: 'Подразделения CSV' }).getAttribute('href');
      const table = await page.evaluate(async (url) => (await fetch(url)).text(), href);
      assert.ok(table.split('\n').length > 100);
      await page.getByLabel('Файл').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(table) });
      await page.getByRole('button', { name: 'Загрузить в реестр' }).click();
      await page.getByText(/новых 0, изменено 0/).waitFor();
    }),

  'the register works on a phone': () =>
    visit('/', { size: { width: 390, height: 780 } }, async (page) => {
      await page.getByRole('button', { name: 'Карта', exact: true }).click();
      await page.getByRole('button', { name: /Слои и знаки/ }).click();
      await page.getByRole('button', { name: 'Реестр' }).click();
      await page.getByRole('searchbox').fill('верт');
      await page.locator('[data-unit]').first().click();
      await page.locator('article h3').waitFor();
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 390, `the page is ${width} px wide`);
    }),
};
