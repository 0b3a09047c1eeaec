/** From a signal to forces: registered, suggested, asked about, rejected, sent with two keys. */
import assert from 'node:assert/strict';
import { BASE, PATIENCE_MS } from './browser.mjs';
import { api, chooseSignal, untilStatus, visit, worldQuery } from './screens.mjs';

const SEND = '[data-forces="send"]';
const REJECT = '[data-forces="reject"]';
const UNIT = '.forces li.unit';

const listOf = async (page, id, what) => api(page, `/fires/${id}/${what}?${await worldQuery(page)}`);

async function unfold(page) {
  const head = page.locator('[data-part="forces"]');
  if ((await head.getAttribute('aria-expanded')) === 'false') await head.click();
}

/** A fire whose suggestion an earlier journey looked at and left undecided. */
let undecided = null;

/**
 * A fire with its suggestion on the card: one of which somebody just learned, registered; or, where the
 * journey does not ask how it came to be, one that is there.
 */
async function suggested(page, { fresh = false } = {}) {
  if (undecided && !fresh) {
    const id = undecided;
    await page.goto(`${BASE}/?${await worldQuery(page)}#${id}`);
    await page.locator('article h2').waitFor();
    await unfold(page);
    await page.locator(SEND).waitFor({ timeout: PATIENCE_MS });
    return id;
  }
  const id = await chooseSignal(page);
  await page.keyboard.press('a');
  await page.locator('form h3').waitFor();
  await page.keyboard.press('Enter');
  await untilStatus(page, id, 'registered');
  await unfold(page);
  await page.locator(SEND).waitFor({ timeout: PATIENCE_MS });
  undecided = id;
  return id;
}

/** Asks again until the answer is there. */
async function until(page, ask, what) {
  for (let turn = 0; turn < 60; turn++) {
    const answer = await ask();
    if (answer) return answer;
    await page.waitForTimeout(500);
  }
  throw new Error(`waited in vain: ${what}`);
}

export const tests = {
  'a registered fire gets its suggestion by itself, and two keys send it': () =>
    visit('/', {}, async (page) => {
      const id = await suggested(page, { fresh: true });
      undecided = null;
      const offered = await page.locator(`${UNIT} input:enabled:checked`).count();
      assert.ok(offered > 0, 'somebody is suggested');
      await page.keyboard.press('g');
      await page.keyboard.press('Enter');
      const sent = await until(
        page,
        async () => {
          const orders = await listOf(page, id, 'orders');
          return orders.length ? orders : null;
        },
        'orders',
      );
      assert.ok(sent.every(({ status, suggestion }) => status === 'ordered' && suggestion !== null));
      await page.locator('.forces .order').first().waitFor();
      const [decision] = await listOf(page, id, 'suggestion/decisions');
      assert.equal(decision.verdict, 'accepted');
      assert.deepEqual([...decision.sent].sort(), sent.map(({ unit }) => unit).sort());
      assert.ok(decision.seconds >= 0, 'shown before it was decided');
      await untilStatus(page, id, 'dispatched');
    }),

  'what if without a unit: answered beside the suggestion, kept nowhere, forgotten': () =>
    visit('/', {}, async (page) => {
      const id = await suggested(page);
      const row = page.locator(UNIT).first();
      await row.locator('button.if').click();
      await page.locator('.what-if table').waitFor();
      await page.locator('[data-what-if="take"]').click();
      assert.equal(await page.locator('[data-plan="what_if"]').getAttribute('aria-pressed'), 'true');
      await page.getByRole('button', { name: 'Забыть' }).click();
      assert.equal(await page.locator('[data-plan="what_if"]').count(), 0);
      assert.deepEqual(await listOf(page, id, 'suggestion/decisions'), []);
      assert.deepEqual(await listOf(page, id, 'orders'), []);
    }),

  'in a what-if a unit is dragged on the map: Escape puts it back, the answer comes and moves nothing': () =>
    visit('/', {}, async (page) => {
      const id = await suggested(page);
      await page.locator('[data-forces="what-if"]').click();
      await page.locator('[data-what-if="look"]').click();
      await page.locator('[data-sign]').first().waitFor();
      await page.waitForTimeout(1500); // the map flies to them
      const code = await page.evaluate(() => {
        const free = (sign) => {
          const { x, y, width, height } = sign.getBoundingClientRect();
          return sign.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        };
        return [...document.querySelectorAll('[data-sign]')].find(free)?.dataset.sign;
      });
      assert.ok(code, 'a sign that nothing lies upon');
      const mine = page.locator(`[data-sign="${code}"]`);
      const told = page.locator('.signs .told');
      const start = await mine.boundingBox();
      const carry = async (x, y) => {
        const from = await mine.boundingBox();
        await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
        await page.mouse.down();
        await page.mouse.move(from.x + x, from.y + y, { steps: 5 });
      };

      await carry(90, -60);
      await told.waitFor();
      await page.keyboard.press('Escape');
      await page.mouse.up();
      assert.deepEqual(await mine.boundingBox(), start, 'back where it was');
      assert.equal(await told.count(), 0, 'and nothing was asked');
      assert.equal(await page.locator('article h2').count(), 1, 'the card is still there');

      const places = () =>
        page.evaluate(() =>
          ['.what-if', '.canvas', '[data-forces="send"]'].map((at) => {
            const { x, y, width } = document.querySelector(at).getBoundingClientRect();
            return [x, y, width];
          }),
        );
      const before = await places();
      await carry(90, -60);
      const asked = page.waitForResponse((one) => one.url().includes('/what-if'));
      await page.mouse.up();
      assert.equal((await asked).status(), 200);
      await told.locator('button').first().waitFor();
      const moved = (await places()).flat().map((px, i) => Math.abs(px - before.flat()[i]));
      assert.ok(Math.max(...moved) < 2, `no part of the screen has moved: ${moved}`);
      const [{ unit }] = JSON.parse((await asked).request().postData()).placed;
      assert.equal(unit, code);

      // the same by keyboard
      await told.locator('[data-signs="back"]').click();
      await told.waitFor({ state: 'detached' });
      await mine.focus();
      for (let n = 0; n < 4; n++) await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await page.locator('.what-if table').waitFor();
      await mine.focus();
      await page.keyboard.press('Escape');
      await page.locator('.what-if table').waitFor({ state: 'detached' });
      assert.deepEqual(await listOf(page, id, 'orders'), []);
    }),

  'before a unit is sent by hand it is told when it would be there, or why it never would': () =>
    visit('/', {}, async (page) => {
      const id = await suggested(page);
      undecided = null;
      const part = page.locator('[data-forces="by-hand"]');
      await part.locator('summary').click();
      await part.locator('li .far strong').first().waitFor();
      await part.locator('input[type="search"]').fill('Лодка');
      await part.locator('li .far strong.late').first().waitFor();
      assert.ok((await part.locator('li p.why').first().innerText()).length > 5, 'with the reason');
      await part.locator('input[type="search"]').fill('');
      const row = part.locator('li', { hasNot: page.locator('.far strong.late') }).first();
      await row.locator('.far strong').waitFor();
      const code = await row.locator('input').inputValue();
      await row.locator('input').check();
      await part.locator('button', { hasText: 'Направить: 1' }).click();
      await page.locator('.forces .order').first().waitFor();
      const [order] = await listOf(page, id, 'orders');
      assert.deepEqual([order.unit, order.suggestion], [code, null]);
      assert.ok(order.eta_at, 'with the arrival that was told');
    }),

  'a suggestion is rejected with a reason, by keyboard alone': () =>
    visit('/', {}, async (page) => {
      const id = await suggested(page);
      await page.keyboard.press('g');
      await page.keyboard.press('g');
      assert.equal(await page.evaluate((at) => document.activeElement?.matches(at), SEND), true);
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate((at) => document.activeElement?.matches(at), REJECT), true);
      await page.keyboard.press('Enter');
      await page.getByRole('radio', { name: 'Силы не нужны' }).waitFor();
      await page.keyboard.press('Escape');
      await page.locator(SEND).and(page.locator(':focus')).waitFor();
      assert.equal(await page.locator('article h2').count(), 1, 'only the question is gone');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('radio', { name: 'Силы не нужны' }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      const [decision] = await until(
        page,
        async () => {
          const told = await listOf(page, id, 'suggestion/decisions');
          return told.length ? told : null;
        },
        'the decision',
      );
      assert.deepEqual([decision.verdict, decision.why], ['rejected', 'wrong_units']);
      await page.locator('.forces .note', { hasText: 'Нужны другие силы' }).waitFor();
      assert.deepEqual(await listOf(page, id, 'orders'), []);
      // the run card needs no suggestion
      const card = page.locator('[data-forces="card"]');
      await card.locator('summary').click();
      await card.locator('li').first().waitFor();
      const { lines } = await listOf(page, id, 'run-card');
      assert.equal(await card.locator('li .box').count(), lines.length);
    }),
};
