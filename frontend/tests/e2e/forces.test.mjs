/** From a signal to forces: registered, suggested, asked about, rejected, sent with two keys. */
import assert from 'node:assert/strict';
import { PATIENCE_MS } from './browser.mjs';
import { api, chooseSignal, untilStatus, visit, worldQuery } from './screens.mjs';

const SEND = '[data-forces="send"]';
const REJECT = '[data-forces="reject"]';
const UNIT = '.forces li.unit';

const listOf = async (page, id, what) => api(page, `/fires/${id}/${what}?${await worldQuery(page)}`);

/** A fire of which somebody just learned, registered, with its suggestion on the card. */
async function suggested(page) {
  const id = await chooseSignal(page);
  await page.keyboard.press('a');
  await page.locator('form h3').waitFor();
  await page.keyboard.press('Enter');
  await untilStatus(page, id, 'registered');
  const head = page.locator('[data-part="forces"]');
  if ((await head.getAttribute('aria-expanded')) === 'false') await head.click();
  await page.locator(SEND).waitFor({ timeout: PATIENCE_MS });
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
      const id = await suggested(page);
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

  'a suggestion is rejected with a reason, by keyboard alone': () =>
    visit('/', {}, async (page) => {
      const id = await suggested(page);
      await page.keyboard.press('g');
      await page.keyboard.press('g');
      assert.equal(await page.evaluate((at) => document.activeElement?.matches(at), REJECT), true);
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
