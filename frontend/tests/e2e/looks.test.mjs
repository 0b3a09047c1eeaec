/**
 * How the main screens look: nothing cut off or over another, everything where and as it was.
 *
 * What is kept of a look is its build: which landmarks there are, where they stand in their window, and
 * in which colours; with the words' own boxes checked on the page (layout.mjs). Pixels would differ with
 * the graphics of a machine and with every minute of the day that is played. After a wanted change:
 *
 *   SYLVAN_URL=… SYLVAN_GOLDEN=write node tests/e2e/run.mjs looks.test
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { atWork, SCENES } from '../../dev/scenes.mjs';
import { BASE, launch } from './browser.mjs';
import { become } from './screens.mjs';
import { flaws } from './layout.mjs';

const KEPT = new URL('golden/looks.json', import.meta.url);
const WRITE = process.env.SYLVAN_GOLDEN === 'write';
const SIZES = { wide: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } };
const LANGS = ['ru', 'en'];
const LIGHTS = ['day', 'night'];
const golden = JSON.parse(readFileSync(KEPT, 'utf8'));

/** Landmarks in order: name, then left, top, width, height in twentieths of the window. */
const build = (page) =>
  page.evaluate(() => {
    const part = (value, of) => Math.round((20 * value) / of);
    // what lies within the main part comes and goes with what there is to tell
    const marks =
      ':not(main *):is(header, footer), nav, main, main > section, [role="dialog"], [role="tablist"]';
    // where a page scrolls, what stands lower moves with what is told above it
    const flows = document.documentElement.scrollHeight > innerHeight + 1;
    return [...document.body.querySelectorAll(marks)]
      .map((one) => [one, one.getBoundingClientRect(), one.matches('main, section')])
      .filter(
        ([one, { width, top }]) => width > 4 && (!flows || top < innerHeight / 2) && one.checkVisibility(),
      )
      .map(([one, { left, top, width, height }, room]) => {
        const name = one.getAttribute('role') ?? one.tagName.toLowerCase();
        const tall = room || flows ? '–' : part(height, innerHeight);
        return `${name} ${part(left, innerWidth)} ${room && flows ? '–' : part(top, innerHeight)} ${part(width, innerWidth)} ${tall}`;
      });
  });

const colours = (page) =>
  page.evaluate(() =>
    ['body', 'header', 'main'].map((one) => {
      const found = document.querySelector(one);
      const { color, backgroundColor } = found ? getComputedStyle(found) : {};
      return `${one} ${color} on ${backgroundColor}`;
    }),
  );

/** One page through both sizes, languages and lights: loaded once, since that is what takes time. */
async function seen(scene) {
  const browser = await launch(SIZES.wide);
  try {
    const page = await browser.newPage({ lang: LANGS[0], theme: LIGHTS[0] });
    await page.goto(`${BASE}/report`);
    if (!['nobody', 'dispatcher'].includes(scene.role)) await become(page, scene.role);
    await page.goto(BASE + scene.path);
    if (scene.path === '/') await atWork(page);
    else await page.waitForLoadState('networkidle');
    await scene.steps?.(page, {});
    await page.waitForTimeout(300);
    const [found, looks] = [[], {}];
    for (const lang of LANGS) {
      if (lang !== LANGS[0]) await page.locator('button.lang, button[lang="en"]').first().click();
      await page.waitForFunction((wanted) => document.documentElement.lang === wanted, lang);
      for (const [size, room] of Object.entries(SIZES)) {
        await page.setViewportSize(room);
        await page.waitForTimeout(150);
        looks[size] ??= await build(page);
        found.push(...(await flaws(page)).map((one) => `${lang} ${size}: ${one}`));
      }
      await page.setViewportSize(SIZES.wide);
    }
    for (const light of LIGHTS) {
      await page.evaluate((wanted) => (document.documentElement.dataset.theme = wanted), light);
      await page.waitForTimeout(250); // colours may fade
      looks[light] = await colours(page);
    }
    return { found, looks, troubles: page.troubles };
  } finally {
    await browser.close();
  }
}

const check = (scene) => async () => {
  const { found, looks, troubles } = await seen(scene);
  assert.deepEqual(found, [], 'words that cannot be read');
  if (WRITE) {
    golden[scene.name] = looks;
    writeFileSync(KEPT, `${JSON.stringify(golden, null, 2)}\n`);
  } else assert.deepEqual(looks, golden[scene.name], 'the look has changed (SYLVAN_GOLDEN=write keeps it)');
  assert.deepEqual(troubles, [], 'console, page errors and foreign requests');
};

/** A check that finds nothing anywhere would pass everywhere: it is shown what it has to find. */
async function spoiled() {
  const browser = await launch(SIZES.wide);
  try {
    const page = await browser.newPage({ lang: 'ru', theme: 'day' });
    await page.goto(`${BASE}/report`);
    await page.waitForSelector('form, section');
    assert.deepEqual(await flaws(page), []);
    const spoil = async (style, expected) => {
      const added = await page.addStyleTag({ content: style });
      const found = await flaws(page);
      await added.evaluate((one) => one.remove());
      assert.ok(
        found.some((one) => one.startsWith(expected)),
        `${expected}: found ${JSON.stringify(found)} after ${style}`,
      );
    };
    await spoil('h1 { flex: none; max-width: 40px; overflow: hidden; white-space: nowrap }', 'cut off');
    await spoil('h1 { position: fixed; left: 95vw; white-space: nowrap }', 'off the screen');
    await spoil('form, section { margin-top: -80px !important }', 'one over another');
    await spoil('main { min-width: 120vw }', 'the page is');
  } finally {
    await browser.close();
  }
}

export const tests = Object.fromEntries([
  ['the check of layout finds what is cut, covered or outside', spoiled],
  ...SCENES.filter(({ main, slow, role }) => main && !slow && role !== 'admin').map((scene) => [
    `the look of ${scene.name} in both languages, lights and sizes`,
    check(scene),
  ]),
]);
