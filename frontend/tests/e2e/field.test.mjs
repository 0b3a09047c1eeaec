/** What a crew does with a phone, with and without a network, and with a battery that dies. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ARGS, BASE, launch } from './browser.mjs';
import { api, worldQuery } from './screens.mjs';

const PHONE = { width: 390, height: 844 };
const HERE = { longitude: 129.73, latitude: 62.03, accuracy: 12 };

/** A phone that knows where it is, at a crew's page. */
async function crew(act, prefs = {}) {
  const browser = await launch({ ...PHONE });
  try {
    await locate(browser.context);
    const page = await browser.newPage(prefs);
    const unit = await choose(page);
    await act(page, browser, unit);
    assert.deepEqual(
      page.troubles.filter((one) => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(one)),
      [],
    );
  } finally {
    await browser.close();
  }
}

async function locate(context) {
  await context.grantPermissions(['geolocation']);
  await context.setGeolocation(HERE);
}

/** Opens the page, becomes a crew with a fire, and waits until the page opens without a network. */
async function choose(page) {
  await page.goto(`${BASE}/field`);
  const unit = await busyUnit(page);
  await page.locator('input[type=search]').fill(unit.code);
  await page.locator(`[data-unit="${unit.code}"]`).click();
  await page.getByRole('button', { name: /^SOS/ }).waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  return unit;
}

/** A unit that is for a fire; in a demo there is one soon, else it is sent. */
async function busyUnit(page) {
  const q = await worldQuery(page);
  const units = await api(page, `/forces/units?${q}`);
  const busy = units.find(({ fire_id }) => fire_id);
  if (busy) return busy;
  const { fires } = await api(page, `/snapshot?${q}`);
  const fire =
    fires.find(({ status }) => !['signal', 'out', 'rejected', 'merged'].includes(status)) ?? fires[0];
  const unit = units.find(({ status, kind }) => status === 'available' && !/plane|heli/.test(kind));
  await page.evaluate(
    async ({ fire, unit, q }) => {
      const headers = { 'Content-Type': 'application/json', 'If-Match': '*' };
      if (fire.status === 'signal')
        await fetch(`/api/v1/fires/${fire.id}/register?${q}`, { method: 'POST', headers, body: '{}' });
      const body = JSON.stringify({ units: [{ unit: unit.code }] });
      const sent = await fetch(`/api/v1/fires/${fire.id}/orders?${q}`, { method: 'POST', headers, body });
      if (!sent.ok) throw new Error(await sent.text());
    },
    { fire, unit, q },
  );
  return unit;
}

/** A phone of its own, with a battery: the browser's processes can be ended without a word. */
async function powered(folder) {
  const file = join(folder, 'DevToolsActivePort');
  rmSync(file, { force: true });
  const args = [...ARGS, '--headless=new', `--user-data-dir=${folder}`, '--remote-debugging-port=0'];
  const made = spawn(process.env.CHROMIUM ?? '/usr/bin/chromium', args, { detached: true, stdio: 'ignore' });
  const gone = new Promise((done) => made.once('exit', done));
  while (!existsSync(file) || !readFileSync(file, 'utf8').includes('\n')) await pause(100);
  const [port] = readFileSync(file, 'utf8').split('\n');
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const [context] = browser.contexts();
  return {
    context,
    async die() {
      if (made.exitCode !== null || made.signalCode !== null) return;
      process.kill(-made.pid, 'SIGKILL'); // the group that this one leads, and nobody else
      await gone;
      await pause(500);
    },
  };
}
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const tab = (page, name) =>
  page
    .getByRole('navigation')
    .getByRole('button', { name: new RegExp(`^${name}`) })
    .click();
const sent = (page) => page.locator('[data-op=sent]');
const waits = (page) => page.locator('[data-op=waiting]');

async function report(page, words) {
  await tab(page, 'Донесение');
  await page.getByRole('button', { name: 'Открытый огонь' }).click();
  await page.getByText(/62\.03000 129\.73000, ±12 м/).waitFor();
  await page.getByLabel('Несколько слов').fill(words);
  await page.getByRole('button', { name: 'Записать и отправить' }).click();
  await page.getByText('Записано в телефон').waitFor();
}

async function told(page, words) {
  const { reports } = await api(page, `/snapshot?${await worldQuery(page)}`);
  return reports.filter((one) => one.text === words);
}

export const tests = {
  'without a network the page opens, keeps a report, and sends it once when there is one': () =>
    crew(async (page, { context }) => {
      const words = `без сети ${Math.random()}`;
      await context.setOffline(true);
      await page.reload();
      await page.getByRole('button', { name: /^SOS/ }).waitFor();
      await report(page, words);
      await tab(page, 'Очередь');
      await waits(page).waitFor();
      await page.locator('[data-link=false]').waitFor();
      await context.setOffline(false);
      await sent(page).waitFor();
      const [found, ...more] = await told(page, words);
      assert.equal(more.length, 0);
      assert.deepEqual(found.point, [HERE.longitude, HERE.latitude]);
    }),

  'replies that are lost double nothing': () =>
    crew(async (page) => {
      const words = `ответ потерян ${Math.random()}`;
      let lost = 0;
      await page.context().route('**/api/v1/field/sync**', async (route) => {
        if ((lost += 1) > 2) return route.continue();
        await route.fetch(); // the server has it, the phone never hears so
        return route.abort();
      });
      await report(page, words);
      await tab(page, 'Очередь');
      await sent(page).waitFor();
      assert.ok(lost >= 3);
      assert.equal((await told(page, words)).length, 1);
    }),

  'a phone whose battery dies still has what it kept, and sends it once': async () => {
    const words = `батарея ${Math.random()}`;
    const folder = mkdtempSync(join(tmpdir(), 'phone-'));
    let phone;
    const start = async () => (phone = await powered(folder));
    try {
      const before = await start();
      await locate(before.context);
      const page = before.context.pages()[0] ?? (await before.context.newPage());
      await choose(page);
      await before.context.setOffline(true);
      await report(page, words);
      await before.die(); // no page is told, nothing is closed
      const { context } = await start();
      await locate(context);
      const again = context.pages()[0] ?? (await context.newPage());
      await again.goto(`${BASE}/field`);
      await tab(again, 'Очередь');
      await sent(again).waitFor();
      assert.equal((await told(again, words)).length, 1);
    } finally {
      await phone?.die();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 300 });
    }
  },

  'a tablet in 2010 tells the moment by the server, and says how wrong its clock is': () =>
    crew(async (page) => {
      const words = `2010 ${Math.random()}`;
      await page.addInitScript(() => {
        const behind = Date.now() - Date.UTC(2010, 0, 1);
        const now = Date.now.bind(Date);
        Date.now = () => now() - behind;
      });
      await page.reload();
      await page.getByText(/Часы телефона неверны/).waitFor();
      await report(page, words);
      await tab(page, 'Очередь');
      await sent(page).waitFor();
      const [found] = await told(page, words);
      const { now } = (await api(page, '/worlds')).find(({ name }) => name === found.world);
      assert.ok(Math.abs(Date.parse(found.observed_at) - Date.parse(now)) < 3_600_000, found.observed_at);
      assert.match(found.evidence.clock.device_at, /^2010/);
    }),

  'SOS that is held goes out, alarms the dispatcher, and rests when he has seen it': () =>
    crew(async (page, browser) => {
      await page.getByRole('button', { name: /^SOS/ }).click(); // a touch is no call
      assert.equal(await page.locator('[data-sos]').count(), 0);
      await browser.context.setOffline(true);
      await hold(page);
      await page.locator('[data-sos=no_link]').waitFor();
      await browser.context.setOffline(false);
      await page.locator('[data-sos=waiting]').waitFor();
      const desk = await browser.newPage();
      await desk.setViewportSize({ width: 1366, height: 800 });
      await desk.goto(`${BASE}/`);
      await desk
        .locator('.pill.danger')
        .filter({ hasText: /ждут|ждёт|просят/ })
        .first()
        .click();
      const row = desk.locator('li.item').filter({ hasText: 'SOS:' }).first();
      await row.getByRole('button', { name: 'Принято' }).click();
      await page.locator('[data-sos=seen]').waitFor();
      await page.getByRole('button', { name: /^Снять SOS/ }).click();
      await page.getByLabel(/Почему снят/).fill('все целы');
      await page.getByRole('button', { name: 'Снять SOS' }).click();
      await page.getByRole('button', { name: /^SOS/ }).waitFor();
      await desk.locator('li.item').filter({ hasText: 'SOS:' }).waitFor({ state: 'detached' });
    }),

  'an edge is walked, survives a reload, and becomes the edge of the fire': () =>
    crew(async (page, { context }, unit) => {
      const q = await worldQuery(page);
      const task = await api(page, `/field/task?${q}&unit=${encodeURIComponent(unit.code)}`);
      const fire = task.fire.point;
      await context.setGeolocation({ longitude: fire[0], latitude: fire[1], accuracy: 6 });
      await page.waitForTimeout(2500);
      await tab(page, 'Кромка');
      await page.getByRole('button', { name: 'Начать обход' }).click();
      const steps = [
        [0, 0],
        [0.002, 0],
        [0.002, 0.001],
        [0, 0.001],
        [0, 0.0001],
      ];
      for (const [east, north] of steps.slice(0, 3)) await walkTo(page, context, fire, east, north);
      await page.reload();
      await tab(page, 'Кромка');
      await page.locator('[data-walk=paused]').waitFor();
      await page.getByRole('button', { name: 'Дальше' }).click();
      for (const [east, north] of steps.slice(3)) await walkTo(page, context, fire, east, north);
      const inside = await page.locator('[data-walk]').innerText();
      const ha = Number(/Внутри ([\d,]+) га/.exec(inside)?.[1].replace(',', '.'));
      const rectangle = 222.4 * Math.cos((fire[1] * Math.PI) / 180) * 111.2;
      assert.ok(Math.abs(ha / (rectangle / 10_000) - 1) < 0.03, inside);
      await page.getByRole('button', { name: 'Закончить и отправить' }).click();
      await tab(page, 'Очередь');
      await page.locator('[data-op]').first().waitFor();
      await page.locator('[data-op=sent], [data-op=refused]').waitFor();
      assert.equal(
        await page.locator('[data-op=refused]').count(),
        0,
        await page.locator('[data-op]').innerText(),
      );
    }),

  'the map is taken along and is there without a network': () =>
    crew(async (page, { context }) => {
      await tab(page, 'Карта');
      await page.getByRole('button', { name: 'Взять карту с собой' }).click();
      await page.getByText(/Карта в телефоне/).waitFor();
      await page.locator('.map canvas').waitFor();
      await context.setOffline(true);
      await page.reload();
      await tab(page, 'Карта');
      await page.locator('.map canvas').waitFor();
      await page.waitForTimeout(1500);
      await context.setOffline(false);
    }),

  'a phone that gives no room says so': async () => {
    const browser = await launch({ ...PHONE });
    try {
      const page = await browser.newPage();
      await page.addInitScript(() => {
        IDBFactory.prototype.open = () => {
          throw new DOMException('no', 'SecurityError');
        };
      });
      await page.goto(`${BASE}/field`);
      await page.getByText(/Телефон не даёт места/).waitFor();
    } finally {
      await browser.close();
    }
  },
};

async function hold(page) {
  const button = page.getByRole('button', { name: /^SOS/ });
  const { x, y, width, height } = await button.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.waitForTimeout(2300);
  await page.mouse.up();
}

/** No faster than people go: leaps do not count. */
async function walkTo(page, context, [lon, lat], east, north) {
  await page.waitForTimeout(2500);
  await context.setGeolocation({
    longitude: lon + east,
    latitude: lat + north,
    accuracy: 6,
  });
  await page.waitForTimeout(1500);
}
