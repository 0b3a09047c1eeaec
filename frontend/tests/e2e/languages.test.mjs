/**
 * A third language on the screens: in a build that has one, no word of the first two is left.
 *
 * SYLVAN_THIRD names it (tests/e2e/test_third_language.py makes it, of letters that neither of them has).
 * What stands on a screen is a text of its catalogue, or came as data: names of places, numbers, codes.
 */
import assert from 'node:assert/strict';
import { atWork, SCENES } from '../../dev/scenes.mjs';
import { BASE, launch, PATIENCE_MS } from './browser.mjs';
import { become } from './screens.mjs';

const THIRD = process.env.SYLVAN_THIRD ?? '';
/** Names and signs that are the same in every language, and languages' names of themselves. */
const SAME =
  /^(Sylvan|UTC|GMT|API|CSV|XLSX|PDF|DOCX|KML|GeoTIFF|TIFF|PNG|SOS|RU|EN|SAH|Ctrl|Esc|Enter|Space|Shift|VIIRS|MODIS|NOAA|NPP|Terra|Aqua|docs|Authorization|OpenAPI|AsyncAPI|curl|Python|русский|English|саха|тыла)$/i;

/** Words in sight, or told to screen readers, that have letters of the first two languages. */
const words = (page) =>
  page.evaluate(() => {
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (
        !/^(SCRIPT|STYLE|NOSCRIPT)$/.test(node.parentElement.tagName) &&
        !node.parentElement.closest('kbd, code, pre')
      )
        texts.push(node.data);
    for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'data-name'])
      for (const one of document.querySelectorAll(`body [${name}]`)) texts.push(one.getAttribute(name));
    return texts.flatMap((text) => text.match(/[A-Za-zА-Яа-яЁё]{3,}/g) ?? []);
  });

/** What `Intl` writes of dates and sizes, in the language that it falls back to. */
function ofIntl() {
  const found = new Set();
  for (const month of Array(12).keys())
    for (const style of ['short', 'long'])
      for (const { value } of new Intl.DateTimeFormat('ru', { day: 'numeric', month: style }).formatToParts(
        Date.UTC(2026, month, 9),
      ))
        for (const word of value.match(/[А-Яа-я]+/g) ?? []) found.add(word);
  return found;
}

const check = (scene) => async () => {
  const browser = await launch({ width: 1366, height: 768 });
  try {
    const page = await browser.newPage({ lang: THIRD, theme: 'day' });
    const data = [];
    page.on('response', async (answer) => {
      if (/\/api\//.test(answer.url())) data.push(await answer.text().catch(() => ''));
    });
    page.on('websocket', (line) => line.on('framereceived', ({ payload }) => data.push(String(payload))));
    await page.goto(`${BASE}/report`);
    if (!['nobody', 'dispatcher'].includes(scene.role)) await become(page, scene.role);
    await page.goto(BASE + scene.path);
    if (scene.path === '/') await atWork(page);
    else await page.waitForLoadState('networkidle');
    await scene.steps?.(page, {});
    await page.waitForTimeout(1500);
    assert.equal(await page.getAttribute('html', 'lang'), THIRD);
    const told = await words(page);
    const given = data
      .join(' ')
      .replace(/\\[nrt]/g, ' ')
      .toLowerCase();
    const known = new Set([...ofIntl(), ...(given.match(/[a-zа-яё]{3,}/g) ?? [])]);
    const left = [...new Set(told)].filter((word) => !SAME.test(word) && !known.has(word.toLowerCase()));
    assert.deepEqual(left, [], `words of no catalogue on ${scene.name}`);
  } finally {
    await browser.close();
  }
};

/** The switch leads from each language to the next and round again. */
async function round() {
  const browser = await launch();
  try {
    const page = await browser.newPage({ lang: 'ru', theme: 'day' });
    await page.goto(`${BASE}/sign-in`);
    for (const next of ['en', THIRD, 'ru']) {
      await page.locator(`button[lang="${next}"]`).click();
      await page.waitForFunction((wanted) => document.documentElement.lang === wanted, next, {
        timeout: PATIENCE_MS,
      });
    }
    assert.deepEqual(page.troubles, []);
  } finally {
    await browser.close();
  }
}

export const tests = THIRD
  ? Object.fromEntries([
      ['the switch of languages goes round through a third one', round],
      ...SCENES.filter(({ main, slow, role }) => main && !slow && role !== 'admin').map((scene) => [
        `no word of another language is left on ${scene.name}`,
        check(scene),
      ]),
    ])
  : {};
