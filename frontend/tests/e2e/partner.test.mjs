/** The partner's page in the demo: keys, a webhook and its log, use, examples with the sandbox key. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { BASE, launch } from './browser.mjs';
import { LOOKS } from './screens.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** A receiver on this machine; the server has to trust loopback (SYLVAN_OUTWARD_TRUSTED). */
async function receiver() {
  const got = [];
  const server = createServer((request, response) => {
    got.push(request.headers);
    request.resume();
    response.writeHead(204).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { got, url: `http://127.0.0.1:${server.address().port}/hook`, close: () => server.close() };
}

/** What is there from earlier runs. */
async function cleared(page) {
  await page.evaluate(async () => {
    const word = /csrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';
    const told = { headers: { 'X-CSRF-Token': word, 'Content-Type': 'application/json' } };
    for (const hook of await (await fetch('/api/v1/webhooks')).json())
      await fetch(`/api/v1/webhooks/${hook.id}`, { method: 'DELETE', ...told });
    for (const key of await (await fetch('/api/v1/own-keys')).json())
      if (key.holder !== 'sandbox' && key.state === 'active')
        await fetch(`/api/v1/own-keys/${key.id}/revoke`, { method: 'POST', ...told });
  });
}

async function asPartner(page) {
  const become = page.getByRole('button', { name: /Посмотреть глазами партнёра|See it as a partner/ });
  await become.click();
  await page.getByRole('heading', { name: /Вебхуки|Webhooks/ }).waitFor();
  await cleared(page);
  await page.reload();
  await page.getByRole('heading', { name: /Вебхуки|Webhooks/ }).waitFor();
}

/** The page in Russian by day; nothing may go wrong beside the steps. */
async function onPage(steps) {
  const browser = await launch();
  try {
    const page = await browser.newPage({ lang: 'ru', theme: 'day' });
    await page.goto(`${BASE}/partner`);
    await steps(page);
    // refusals are told to the console by the browser itself
    page.troubles = page.troubles.filter((text) => !/status of 4\d\d/.test(text));
    assert.deepEqual(page.troubles, [], 'console, page errors and foreign requests');
  } finally {
    await browser.close();
  }
}

/** In every language by every light, on a desk and on a phone. */
async function looked() {
  for (const [look, width] of LOOKS.map((one, i) => [one, i % 2 ? 390 : 1280])) {
    const browser = await launch({ width, height: 844, bypassCSP: true });
    try {
      const page = await browser.newPage(look);
      await page.goto(`${BASE}/partner`);
      await page.getByRole('button', { name: /глазами партнёра|as a partner/ }).click();
      await page.getByRole('button', { name: /Добавить вебхук|Add a webhook/ }).click();
      await page.getByRole('group', { name: /О чём сообщать|What to tell/ }).waitFor();
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wider <= 0, `${width} px wide, and ${wider} px do not fit`);
      const found = await page.evaluate(
        async ([source, tags]) => {
          (0, eval)(source);
          return (await window.axe.run(document, { runOnly: tags, resultTypes: ['violations'] })).violations;
        },
        [AXE, TAGS],
      );
      const told = found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(' | ')}`);
      assert.deepEqual(told, [], JSON.stringify(look));
    } finally {
      await browser.close();
    }
  }
}

export const tests = {
  'axe finds nothing on the partner page, and it fits a phone': looked,
  'a partner makes a key and a webhook, tries it, reads its log, and asks with the sandbox key': () =>
    onPage(async (page) => {
      const there = await receiver();
      try {
        await asPartner(page);
        await page.getByLabel('Для чего ключ').fill('насосная');
        await page.getByRole('button', { name: 'Создать ключ' }).click();
        const told = page.getByLabel('Показано один раз: сохраните сейчас');
        await told.waitFor();
        assert.match(await told.inputValue(), /^sy_demo_/);
        await page.getByRole('cell', { name: 'насосная' }).first().waitFor();

        await page.getByRole('button', { name: 'Добавить вебхук' }).click();
        await page.getByLabel('Адрес (https)').fill('https://10.0.0.1/');
        await page.getByRole('button', { name: 'Добавить вебхук' }).click();
        await page.getByRole('alert').filter({ hasText: '10.0.0.1 ведёт во внутреннюю сеть' }).waitFor();
        await page.getByLabel('Адрес (https)').fill(there.url);
        await page.getByLabel('Название').fill('Щит');
        await page.getByRole('button', { name: 'Добавить вебхук' }).click();
        await page.locator('article strong', { hasText: 'Щит' }).waitFor();
        assert.match(await told.inputValue(), /^whsec_/);

        const hook = page.locator('article', { hasText: 'Щит' });
        await hook.getByRole('button', { name: 'Проверить' }).click();
        await hook.getByText('Принято: 204').waitFor();
        assert.ok(there.got[0]['webhook-signature'].startsWith('v1,'));
        await hook.getByRole('button', { name: 'Журнал отправок' }).click();
        await hook.getByText('webhook.test').first().waitFor();
        await hook.getByRole('button', { name: 'Отправить ещё раз' }).first().click();
        await page.waitForFunction(() => document.querySelectorAll('article tbody tr').length >= 2);
        await hook.getByRole('button', { name: 'Приостановить' }).click();
        await hook.getByText('приостановлен').waitFor();
        await hook.getByRole('button', { name: 'Включить' }).click();
        await hook.getByText('работает', { exact: true }).waitFor();

        await page.getByRole('button', { name: 'Выполнить здесь' }).first().click();
        await page.getByText('HTTP 200').waitFor();
        assert.match(
          await page.locator('pre[role=status]').first().textContent(),
          /RateLimit: "burst";r=\d+/,
        );
        await page.locator('article').getByRole('button', { name: 'Удалить' }).first().click();
        await page.getByRole('button', { name: 'Да, удалить' }).first().click();
      } finally {
        there.close();
      }
    }),
};
