/**
 * Axe on every screen, by day in Russian; what differs by light (contrast) and by language (names) on the
 * screens that have most of it. With SYLVAN_ALL_LOOKS=1 every screen in every language by every light.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { settled } from './browser.mjs';
import { LOOKS, chooseSignal, visit } from './screens.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ALL = Boolean(process.env.SYLVAN_ALL_LOOKS);
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** `without`: what was looked at before and has not changed. */
export async function findings(page, where, without = []) {
  const result = await page.evaluate(
    async ([source, tags, exclude]) => {
      if (!window.axe) (0, eval)(source);
      const context = exclude.length ? { include: [['html']], exclude } : document;
      return (await window.axe.run(context, { runOnly: tags, resultTypes: ['violations'] })).violations;
    },
    [AXE, TAGS, without.map((one) => [one])],
  );
  return result.map(
    ({ id, nodes }) =>
      `${where}: ${id}: ${nodes.map(({ target, any }) => `${target} ${any[0]?.message ?? ''}`).join(' | ')}`,
  );
}

/** The dispatcher's screen in all its states, one after the other on one page. */
const STATES = {
  queue: async () => undefined,
  card: (page) => chooseSignal(page),
  register: (page) => page.keyboard.press('a'),
  reject: async (page) => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
  },
  layers: async (page) => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('l');
  },
  parts: async (page) => {
    await page.keyboard.press('l');
    const folded = page.locator('[data-part][aria-expanded="false"]');
    while (await folded.count()) await folded.first().click();
    await page.locator('.strip .mark, .part .muted').first().waitFor();
    await page.waitForTimeout(1200);
  },
  'split tool': async (page) => {
    await page.locator('[data-surgery="split"]').click();
    await page.locator('.groups input').first().waitFor();
  },
  'merge tool': async (page) => {
    await page.keyboard.press('Escape');
    await page.locator('[data-surgery="merge"]').click();
  },
  'edge tool': async (page) => {
    await page.keyboard.press('Escape');
    await page.locator('.body .buttons .btn').first().click();
    await page.waitForFunction(() => document.querySelector('.modes .btn:not([disabled])'));
  },
  past: async (page) => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('h');
    await page.locator('.in-past').waitFor();
  },
  heat: async (page) => {
    await page.locator('.past .btn.primary').click();
    await page
      .getByTitle(/^(Источники тепла|Heat sources)$/)
      .first()
      .click();
    await page.locator('article h2').waitFor();
    await page.waitForTimeout(800);
  },
  forces: async (page) => {
    await page.keyboard.press('u');
    await page.locator('.base .link').first().waitFor();
  },
  command: async (page) => {
    await page
      .getByTitle(/^(Решения, режимы|Decisions, regimes)/)
      .first()
      .click();
    await page.locator('article h2').waitFor();
    await page.waitForTimeout(800);
  },
  work: (page) => page.locator('#tab-work').click(),
  call: (page) => page.keyboard.press('c'),
  search: async (page) => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
  },
  help: async (page) => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('F1');
  },
  feeds: async (page) => {
    await page.keyboard.press('Escape');
    await page.locator('.chip[aria-expanded]').click();
  },
};

/** A queue of a hundred rows is looked at where it has changed, not beside every panel. */
const ROWS_CHANGE = new Set(['queue', 'past', 'work']);

const dispatcher = (prefs, size, states = Object.keys(STATES)) =>
  visit('/', { prefs, size, bypassCSP: true }, async (page) => {
    const found = [];
    for (const state of states) {
      await STATES[state](page);
      await page.waitForTimeout(300);
      found.push(...(await findings(page, state, ROWS_CHANGE.has(state) ? [] : ['[data-fire]'])));
    }
    assert.deepEqual(found, []);
  });

const form = (prefs) =>
  visit('/report', { prefs, size: { width: 390, height: 844 }, bypassCSP: true }, async (page) => {
    const found = await findings(page, 'form');
    await page.locator('summary').click();
    await page.locator('button.send').click();
    await page.getByRole('alert').waitFor();
    found.push(...(await findings(page, 'form with a refusal')));
    assert.deepEqual(found, []);
  });

const phone = (prefs) =>
  visit('/', { prefs, size: { width: 390, height: 844 }, bypassCSP: true }, async (page) => {
    const found = [];
    for (const pane of [0, 1, 2]) {
      await page.locator('.panes button').nth(pane).click();
      await settled(page);
      found.push(...(await findings(page, `pane ${pane}`)));
    }
    assert.deepEqual(found, []);
  });

/** A crew's page by every tab, and in red light; its buttons are wide enough for gloves. */
const crew = (prefs) =>
  visit('/field', { prefs, size: { width: 390, height: 844 }, bypassCSP: true }, async (page) => {
    await page.locator('[data-unit]').first().click();
    const tabs = page.getByRole('navigation').getByRole('button');
    await tabs.first().waitFor();
    const found = [];
    for (let n = 0; n < (await tabs.count()); n += 1) {
      await tabs.nth(n).click();
      await page.waitForTimeout(400);
      found.push(...(await findings(page, `tab ${n}`)), ...(await narrow(page)));
    }
    const light = page.getByRole('button', { name: /^(Свет|Light)/ });
    while (!(await page.locator('html[data-red]').count())) await light.click();
    found.push(...(await findings(page, 'red')));
    await light.click();
    assert.deepEqual(found, []);
  });

/** Controls on show that a glove would miss, CSS pixels. */
const narrow = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, a.btn, label.btn')]
      .filter((one) => one.offsetParent)
      .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
      .filter(([, { width, height }]) => width < 48 || height < 48)
      .map(([text, { width, height }]) => `${text}: ${Math.round(width)} × ${Math.round(height)}`),
  );

/** They show most colours and words; the others have them from the same rules. */
const RICH = ['queue', 'card', 'register', 'layers', 'parts'];
const LOUD = { lang: 'ru', theme: 'night', contrast: 'high' };

export const tests = Object.fromEntries([
  ...LOOKS.map((prefs, i) => [
    `axe finds nothing on the dispatcher’s screen (${prefs.lang}, ${prefs.theme})`,
    () => dispatcher(prefs, {}, ALL || i === 0 ? undefined : RICH),
  ]),
  ...LOOKS.map((prefs) => [
    `axe finds nothing on the report form (${prefs.lang}, ${prefs.theme})`,
    () => form(prefs),
  ]),
  ...LOOKS.map((prefs) => [
    `axe finds nothing on a crew’s page (${prefs.lang}, ${prefs.theme})`,
    () => crew(prefs),
  ]),
  ['axe finds nothing on a phone', () => phone(LOOKS[0])],
  [
    'axe finds nothing in high contrast',
    () => dispatcher(LOUD, { width: 1366, height: 768 }, ALL ? undefined : RICH),
  ],
]);
