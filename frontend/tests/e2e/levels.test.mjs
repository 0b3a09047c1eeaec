/** Three levels, three browsers, three gateways: one fire from its first pass to its end, each his own part. */
import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, settled } from './browser.mjs';
import { api } from './screens.mjs';

/** What runs and who may sign in; without it these journeys have nobody. */
const GIVEN = process.env.SYLVAN_LEVELS ? JSON.parse(process.env.SYLVAN_LEVELS) : null;
const WORLD = 'world=live';
/** A page of its own is told of a change within this time on a machine that does much else, ms. */
const PATIENCE_MS = 60_000;
/** So long a thing that must not come is waited for, ms. */
const NEVER_MS = 4000;
const WORDS = JSON.parse(
  readFileSync(new URL('../../../sylvan/locales/ru/ui.json', import.meta.url), 'utf8'),
);
const status = (code) => WORDS[`status.${code}`];
/** What a browser itself says of a line that is gone. */
const LINE =
  /ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_EMPTY_RESPONSE|WebSocket connection to|status of 502/;

/** Someone at a screen: the page, and everything that its browser was ever sent. */
class Person {
  constructor(role, browser, page) {
    Object.assign(this, { role, browser, page, sent: [], refused: [], pending: [] });
    page.on('response', (response) => {
      if (!new URL(response.url()).pathname.startsWith('/api/')) return;
      if (response.status() === 403) this.refused.push(`${response.request().method()} ${response.url()}`);
      const body = response.body().then(
        (bytes) => this.sent.push(`${response.url()} ${bytes.toString('utf8')}`),
        () => undefined, // given up by the page itself: nothing was read
      );
      this.pending.push(body);
    });
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => this.sent.push(`frame ${payload.toString()}`)),
    );
  }

  static async signedIn(role) {
    const origin = GIVEN.doors[role];
    const browser = await launch({ origin });
    const page = await browser.newPage({ lang: 'ru', theme: 'day' });
    const person = new Person(role, browser, page);
    await page.goto(`${origin}/`);
    await page.waitForURL('**/sign-in?back=*');
    page.troubles = page.troubles.filter((text) => !/status of 401/.test(text)); // nobody was known yet
    await page.getByLabel('Имя для входа').fill(role);
    await page.getByLabel('Пароль').fill(GIVEN.password);
    await page.getByRole('button', { name: 'Войти', exact: true }).click();
    const home = role === 'official' ? '/board' : '/';
    await page.waitForURL((url) => url.pathname === home);
    await settled(page);
    if (home !== '/') {
      await page.goto(`${origin}/`); // what is told to all three stands on the map
      await settled(page);
    }
    await person.chip('online', 'late').catch(async (error) => {
      throw new Error(`${await person.shows()}\n${error}`);
    });
    await page.evaluate(() => (window.sameLoad = true));
    return person;
  }

  /** What stands on the screen, for whoever looks into a failure. */
  async shows() {
    const chip = await this.page.locator('.feeds .chip').textContent();
    const card = await this.page.locator('section.card').innerText();
    return `${this.role}: ${chip} | ${card.slice(0, 1500)} | ${this.page.troubles.join('; ')} | ${this.refused.join('; ')}`;
  }

  row(fire) {
    return this.page.locator(`[data-fire="${fire}"]`);
  }

  chip(...levels) {
    return this.page.locator(levels.map((one) => `.chip.${one}`).join()).waitFor({ timeout: PATIENCE_MS });
  }

  async open(fire) {
    await this.row(fire).click();
    await this.page.locator('article h2').waitFor();
  }

  /** The card's own word for where the fire stands. */
  stands(code) {
    return this.page
      .locator('article .line .tag', { hasText: status(code) })
      .waitFor({ timeout: PATIENCE_MS });
  }

  async texts() {
    return this.page.evaluate(() => document.documentElement.outerHTML);
  }

  async neverTold(words) {
    await Promise.all(this.pending);
    for (const text of [...this.sent, await this.texts()])
      for (const word of words)
        assert.ok(!text.includes(word), `${this.role} was told ${word}: ${text.slice(0, 120)}`);
  }
}

/** A file appears in the drop folder, whole. */
function drop(name, { text }) {
  const path = join(GIVEN.drop, name);
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}

/** The id of the fire at a place, as soon as the server knows it. */
async function fireAt(person, [lon, lat]) {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const { fires } = await api(person.page, `/snapshot?${WORLD}`);
    const found = fires.find(({ point }) => Math.hypot(point[0] - lon, 2 * (point[1] - lat)) < 0.2);
    if (found) return found.id;
    await person.page.waitForTimeout(500);
  }
  throw new Error(`no fire at ${lon} ${lat}`);
}

async function toStatus({ page }, code, facts) {
  await page.getByRole('button', { name: 'Сменить статус' }).click();
  await page.locator('[data-field="status"] select').selectOption(code);
  for (const [name, value] of Object.entries(facts))
    await page.locator(`label[data-field="${name}"] input`).fill(value);
  await page.locator('form button[type="submit"]').click();
}

/** A station, a program with a key, asks for a unit that a higher level has to grant. */
async function asks(origin, fire, unit) {
  const answer = await fetch(`${origin}/api/v1/fires/${fire}/orders?${WORLD}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${GIVEN.key}` },
    body: JSON.stringify({ units: [{ unit, rung: 'group', task: '' }], suggestion: null }),
  });
  const told = await answer.json();
  assert.equal(answer.status, 201, JSON.stringify(told));
}

let since = Date.now();
function step(words) {
  console.log(`        ${((Date.now() - since) / 1000).toFixed(1)} s  ${words}`);
  since = Date.now();
}

/** On his board, in a window beside the map: one tap. */
async function grants({ role, browser }, unit) {
  const page = await browser.newPage({ lang: 'ru', theme: 'day' });
  await page.goto(`${GIVEN.doors[role]}/board`);
  const request = page.locator('#asked article', { hasText: unit });
  await request.getByRole('button', { name: 'Согласовать' }).click();
  await page
    .getByRole('status')
    .filter({ hasText: `Согласовано: ${unit}` })
    .waitFor();
  await page.close();
}

async function oneFire() {
  since = Date.now();
  const people = [];
  for (const role of ['dispatcher', 'official', 'partner']) people.push(await Person.signedIn(role));
  const [dispatcher, official, partner] = people;
  step('all three signed in');
  try {
    drop('near.csv', GIVEN.near);
    const fire = await fireAt(dispatcher, GIVEN.near.point);
    for (const person of people) await person.row(fire).waitFor({ timeout: PATIENCE_MS });
    step('all three see the fire');
    drop('far.csv', GIVEN.far);
    const far = await fireAt(dispatcher, GIVEN.far.point);
    await dispatcher.row(far).waitFor({ timeout: PATIENCE_MS });
    await dispatcher.page.waitForTimeout(NEVER_MS);
    for (const person of [official, partner]) {
      assert.equal(await person.row(far).count(), 0, `${person.role} sees a fire that is far from him`);
      await person.neverTold([far]);
    }
    step('a fire far away is the dispatcher’s alone');

    for (const person of people) await person.open(fire);
    for (const person of [official, partner]) {
      await person.page.getByText('Ваша роль здесь только смотрит').waitFor();
      await person.page.keyboard.press('a');
      assert.equal(await person.page.locator('form h3').count(), 0, 'nothing that would be refused opens');
    }
    const { number } = await registered(dispatcher, fire);
    for (const person of people) {
      await person.stands('registered');
      await person.page
        .locator('article h2', { hasText: String(Number(number.split('-').at(-1))) })
        .waitFor();
    }
    step('all three see it registered, with its number');

    process.kill(GIVEN.victim, 'SIGKILL');
    const [first, second] = Object.keys(GIVEN.units);
    await sends(dispatcher, first);
    for (const person of people) await person.stands('dispatched');
    await official.page
      .locator('.forces li.order', { hasText: GIVEN.units[first] })
      .waitFor({ timeout: PATIENCE_MS });
    await official.chip('online', 'late');
    step('the official goes on through another gateway, and sees who was sent');

    await asks(GIVEN.doors.dispatcher, fire, second);
    await grants(official, GIVEN.units[second]);
    await dispatcher.page
      .locator('.forces li.order', { hasText: GIVEN.units[second] })
      .locator('.tag', { hasText: 'Утверждено' })
      .waitFor({ timeout: PATIENCE_MS });
    step('the official grants what a station asked for; the dispatcher sees it granted');

    const gone = Date.now();
    await partner.browser.context.setOffline(true);
    await partner.chip('offline');
    step('the partner’s screen says that its line is gone');
    await toStatus(dispatcher, 'contained', { commander: 'Иван Тушилов' });
    for (const person of [dispatcher, official]) await person.stands('contained');
    await toStatus(dispatcher, 'out', { final_area_ha: '12', cause: 'гроза' });
    for (const person of [dispatcher, official]) await person.stands('out');
    await partner.page.waitForTimeout(Math.max(0, GIVEN.offline_s * 1000 - (Date.now() - gone)));
    await partner.stands('dispatched');
    assert.equal(await partner.page.locator('.chip.offline').count(), 1, 'and says so all the while');
    await partner.browser.context.setOffline(false);
    await partner.chip('online', 'late');
    await partner.stands('out');
    step('the partner comes back and sees the end');

    await partner.neverTold([...GIVEN.crews, ...GIVEN.callers, 'Иван Тушилов']);
    await official.neverTold(GIVEN.callers);
    assert.ok(partner.sent.some((text) => text.startsWith('frame')) && partner.sent.length > 10);
    for (const { page, role, refused } of people) {
      assert.ok(await page.evaluate(() => window.sameLoad), `${role} never loaded the page again`);
      assert.deepEqual(refused, [], `${role}'s screen asked for what it may not`);
      assert.deepEqual(
        page.troubles.filter((text) => !LINE.test(text)),
        [],
        `console and page errors of the ${role}`,
      );
    }
  } catch (error) {
    for (const person of people) console.log(await person.shows());
    throw error;
  } finally {
    for (const { browser } of people) await browser.close();
  }
}

async function registered({ page }, fire) {
  await page.getByRole('button', { name: /^Зарегистрировать/ }).click();
  await page.locator('form button[type="submit"]').click();
  await page.locator('article h2', { hasText: '№' }).waitFor();
  return api(page, `/fires/${fire}?${WORLD}`);
}

async function sends({ page }, unit) {
  const byHand = page.locator('[data-forces="by-hand"]');
  await byHand.locator('summary').click();
  await page.locator(`input[type="checkbox"][value="${unit}"]`).check();
  await page.getByRole('button', { name: 'Направить: 1' }).last().click();
}

export const tests = GIVEN
  ? { 'one fire from its first pass to its end, seen from three levels': oneFire }
  : {};
