/** What people see of one fire and do to it: corrections and the way back, edges, passes, the past. */
import assert from 'node:assert/strict';
import { api, ROW, visit, worldQuery } from './screens.mjs';

const TRIES = 60;
const PAUSE_MS = 500;

/** Asks again until the answer is there. */
async function until(page, ask, what) {
  for (let turn = 0; turn < TRIES; turn++) {
    const answer = await ask();
    if (answer) return answer;
    await page.waitForTimeout(PAUSE_MS);
  }
  throw new Error(`waited in vain: ${what}`);
}

const fireOf = async (page, id) => api(page, `/fires/${id}?${await worldQuery(page)}`);
const listOf = async (page, id, what) => api(page, `/fires/${id}/${what}?${await worldQuery(page)}`);

/** A live fire with enough detections of several passes, its card open with these parts unfolded. */
async function chooseFire(page, parts, fits = () => true) {
  const snapshot = await api(page, `/snapshot?${await worldQuery(page)}`);
  const usable = snapshot.fires
    .filter((fire) => ['signal', 'registered', 'fighting'].includes(fire.status))
    .filter((fire) => fire.n_passes >= 2 && fire.n_detections >= 4 && fits(fire, snapshot.fires))
    .sort((a, b) => a.n_detections - b.n_detections);
  const fire = usable[0];
  assert.ok(fire, 'the server under test has a fire with several passes');
  await page.locator(fire.status === 'signal' ? '#tab-new' : '#tab-work').click();
  await page.locator(`[data-fire="${fire.id}"]`).click();
  await page.locator('article h2').waitFor();
  for (const part of parts) {
    const head = page.locator(`[data-part="${part}"]`);
    if ((await head.getAttribute('aria-expanded')) === 'false') await head.click();
  }
  return fire;
}

const near = (one, other) =>
  one.id !== other.id &&
  Math.abs(one.point[0] - other.point[0]) < 0.8 &&
  Math.abs(one.point[1] - other.point[1]) < 0.35 &&
  ['signal', 'registered', 'fighting'].includes(other.status);

/** How many detections of a fire a person has marked as no fire; a later pass does not change that. */
async function markedFalse(page, id) {
  const { features } = await listOf(page, id, 'detections');
  return features.filter(({ properties }) => properties.verdict === 'false').length;
}

/** Takes the latest surgery back by the button in the notice. */
async function undoFromNotice(page, id) {
  await page.locator('.notice button').click();
  await until(
    page,
    async () => (await listOf(page, id, 'surgeries')).every(({ undone_at }) => undone_at),
    'the surgery is taken back',
  );
}

export const tests = {
  'a fire says what changed, why it is one, and how likely it is': () =>
    visit('/', {}, async (page) => {
      await chooseFire(page, ['why']);
      await page.locator('.change strong').waitFor();
      await page.locator('.terms .weight').first().waitFor();
      assert.match(await page.locator('.terms .weight').first().textContent(), /[+−]\d/);
      await page.getByRole('heading', { name: 'Почему это один пожар' }).waitFor();
    }),

  'passes that saw fire are on the strip, and the next one is counted down': () =>
    visit('/', {}, async (page) => {
      const fire = await chooseFire(page, ['passes']);
      await page.locator('.spans button').nth(1).click();
      await page.locator('.strip svg.fire').first().waitFor();
      const told = await listOf(page, fire.id, 'passes');
      assert.ok(told.passes.some(({ saw }) => saw === 'fire'));
      assert.ok(told.next.length > 0, 'orbits are known');
      assert.match(await page.locator('[role="timer"].next strong').textContent(), /через \d/);
    }),

  'split by pass, and taken back': () =>
    visit('/', {}, async (page) => {
      const fire = await chooseFire(page, ['surgery']);
      await page.locator('[data-surgery="split"]').click();
      await page.locator('.groups input').first().check();
      await page.getByLabel(/Почему \(останется/).fill('Отдельный очаг за рекой');
      await page.locator('form.tool button[type="submit"]').click();
      await page.locator('.notice button').waitFor();
      const [done] = await listOf(page, fire.id, 'surgeries');
      assert.equal(done.kind, 'split');
      assert.equal(done.note, 'Отдельный очаг за рекой');
      const [born] = done.fires.filter((id) => id !== fire.id);
      assert.equal((await fireOf(page, born)).status, 'signal');
      await undoFromNotice(page, fire.id);
      const whole = await fireOf(page, fire.id);
      assert.ok(whole.n_detections >= fire.n_detections, 'nothing was lost');
    }),

  'a lasso on the map chooses detections; Escape lets them go again': () =>
    visit('/', {}, async (page) => {
      await chooseFire(page, ['surgery']);
      await page.locator('[data-surgery="split"]').click();
      await page.locator('.groups input').first().waitFor();
      await page.waitForFunction(
        () => window.sylvanMap.queryRenderedFeatures({ layers: ['x-points'] }).length,
      );
      await page.waitForTimeout(1000); // the map has come to rest
      const box = await page.locator('section.map').boundingBox();
      const corner = (x, y) => page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 6 });
      await corner(0.08, 0.2);
      await page.mouse.down();
      for (const [x, y] of [
        [0.9, 0.2],
        [0.9, 0.88],
        [0.08, 0.88],
        [0.08, 0.25],
      ])
        await corner(x, y);
      await page.mouse.up();
      await page.locator('.sum strong', { hasText: /[1-9]/ }).waitFor();
      await page.keyboard.press('Escape');
      await page.locator('.sum strong', { hasText: 'Выбрано 0' }).waitFor();
      await page.keyboard.press('Escape');
      await page.locator('form.tool').waitFor({ state: 'detached' });
      assert.equal(await page.evaluate(() => window.sylvanMap.dragPan.isEnabled()), true);
    }),

  'merge with a fire nearby, and taken back by keyboard': () =>
    visit('/', {}, async (page) => {
      const fire = await chooseFire(page, ['surgery'], (one, all) => all.some((other) => near(one, other)));
      await page.locator('[data-surgery="merge"]').click();
      await page.locator('form.tool input[type="radio"]').first().check();
      await page.locator('form.tool button[type="submit"]').click();
      await page.locator('.notice button').waitFor();
      const [done] = await listOf(page, fire.id, 'surgeries');
      assert.equal(done.kind, 'merge');
      const [survivor] = await Promise.all(done.fires.map((id) => fireOf(page, id)));
      assert.ok(survivor.n_detections > fire.n_detections, 'both stand in one');
      await page.keyboard.press('Control+z');
      await until(
        page,
        async () => {
          const both = await Promise.all(done.fires.map((id) => fireOf(page, id)));
          return both[0].id !== both[1].id && both.every(({ status }) => status !== 'merged');
        },
        'two fires again',
      );
    }),

  'false detections count no longer, stay on the map as crosses, and come back': () =>
    visit('/', {}, async (page) => {
      const fire = await chooseFire(page, ['surgery']);
      await page.locator('[data-surgery="false"]').click();
      const inputs = page.locator('.groups input');
      await inputs.last().check();
      await page.locator('form.tool button[type="submit"]').click();
      await page.locator('.notice button').waitFor();
      await until(page, () => markedFalse(page, fire.id), 'they are marked');
      const { features } = await listOf(page, fire.id, 'detections');
      const { n_detections: counted } = await fireOf(page, fire.id);
      assert.ok(counted < features.length, 'they count no longer');
      await page.locator('[data-undo="false"]').waitFor();
      await page.waitForFunction(
        () => window.sylvanMap.querySourceFeatures('x-points', { filter: ['==', 'verdict', 'false'] }).length,
      );
      await page.locator('[data-undo="false"]').click();
      await until(page, async () => !(await markedFalse(page, fire.id)), 'they are fire again');
      assert.ok((await fireOf(page, fire.id)).n_detections >= fire.n_detections, 'they count again');
    }),

  'an edge drawn by hand overrules the satellite’s, and is taken back': () =>
    visit('/', {}, async (page) => {
      const fire = await chooseFire(page, ['edge']);
      await page.locator('.body .buttons .btn').first().click();
      await page.waitForFunction(() => document.querySelector('.modes .btn:not([disabled])'));
      await page.waitForTimeout(1500); // the map has come to rest above the fire
      const box = await page.locator('section.map').boundingBox();
      const corners = [
        [0.4, 0.4],
        [0.6, 0.4],
        [0.6, 0.6],
        [0.4, 0.6],
      ];
      for (const [x, y] of corners) {
        await page.mouse.click(box.x + box.width * x, box.y + box.height * y);
        await page.waitForTimeout(300); // two clicks in one place and moment would be a double click
      }
      await page.keyboard.press('Enter');
      await page.locator('.sum strong', { hasText: 'га' }).waitFor();
      await page.locator('form.tool button[type="submit"]').click();
      await page.locator('.notice button').waitFor();
      const drawn = await fireOf(page, fire.id);
      assert.equal(drawn.edge_source, 'drawn');
      await page.locator('.body .tag', { hasText: 'нарисована' }).first().waitFor();
      await page.locator('.notice button').click();
      await until(
        page,
        async () => (await fireOf(page, fire.id)).edge_source !== 'drawn',
        'the satellite has the word again',
      );
    }),

  'the past is shown as it was known then, said loudly, and left again': () =>
    visit('/', {}, async (page) => {
      await chooseFire(page, ['why']);
      const before = await page.locator('[data-fire]').count();
      await page.keyboard.press('h');
      await page.locator('.past strong', { hasText: 'Показано прошлое' }).waitFor();
      await page.locator('.in-past').waitFor();
      assert.equal(await page.getByRole('button', { name: /Зарегистрировать/ }).count(), 0);
      const slider = page.locator('.past input[type="range"]');
      const first = await slider.inputValue();
      await slider.press('ArrowLeft');
      assert.ok(Number(await slider.inputValue()) < Number(first), 'keys move the moment');
      await page.locator('.past .btn.primary').click();
      await page.locator('.past').waitFor({ state: 'detached' });
      await page.locator('.in-past').waitFor({ state: 'detached' });
      await until(page, async () => (await page.locator(ROW).count()) >= before, 'today is back');
    }),

  'heat sources and strokes are drawn when they are asked for': () =>
    visit(
      '/',
      { prefs: { lang: 'ru', theme: 'day', layers: { heat: true, lightning: true } } },
      async (page) => {
        await page.waitForFunction(
          () =>
            window.sylvanMap.getSource('x-heat') &&
            window.sylvanMap.querySourceFeatures('x-heat').length > 0 &&
            window.sylvanMap.querySourceFeatures('x-bolts').length > 0,
        );
        await page.getByTitle('Источники тепла').click();
        await page.getByRole('button', { name: 'подтверждён', exact: true }).click();
        await page.locator('article button.row').first().click();
        await page.getByRole('heading', { name: 'На чём основано' }).waitFor();
      },
    ),
};
