/**
 * Pictures of every screen: languages × lights × sizes.
 *
 *   SYLVAN_URL=http://127.0.0.1:8600 SHOTS=/tmp/shots node dev/shots.mjs [name-filter]
 */
import { mkdirSync } from 'node:fs';
import { launch, quit, settled } from '../tests/e2e/browser.mjs';

const BASE = process.env.SYLVAN_URL ?? 'http://127.0.0.1:8600';
const OUT = process.env.SHOTS ?? 'shots';
const only = process.argv[2] ?? '';
const SIZES = { wide: [1600, 900], laptop: [1366, 768], phone: [390, 844] };
const LOOKS = [
  ['ru', 'day'],
  ['ru', 'night'],
  ['en', 'day'],
  ['en', 'night'],
];

mkdirSync(OUT, { recursive: true });
const row = '[data-fire]';

/** What each picture shows: a page and the steps that lead to it. */
const SCENES = {
  queue: { path: '/', steps: async () => undefined },
  card: { path: '/', steps: (page) => page.locator(row).nth(1).click() },
  register: {
    path: '/',
    steps: async (page) => {
      await page.locator(row).nth(1).click();
      await page.keyboard.press('a');
    },
  },
  reject: {
    path: '/',
    steps: async (page) => {
      await page.locator(row).nth(1).click();
      await page.keyboard.press('r');
    },
  },
  layers: {
    path: '/',
    steps: async (page, size) => {
      if (size === 'phone') await page.locator('.panes button').nth(1).click();
      await page.keyboard.press('l');
    },
  },
  work: {
    path: '/',
    steps: async (page) => {
      await page.locator('#tab-work').click();
      if (await page.locator(row).count()) await page.locator(row).first().click();
      await page.keyboard.press('f');
    },
  },
  message: { path: '/', steps: (page) => page.locator('[data-report]').first().click() },
  call: { path: '/', steps: (page) => page.keyboard.press('c') },
  search: {
    path: '/',
    steps: async (page) => {
      await page.keyboard.press('/');
      await page.waitForTimeout(600);
      await page.keyboard.type('вил');
    },
  },
  help: { path: '/', steps: (page) => page.keyboard.press('F1') },
  feeds: { path: '/', steps: (page) => page.locator('.chip[aria-expanded]').click() },
  report: { path: '/report', steps: async () => undefined },
};

for (const [size, [width, height]] of Object.entries(SIZES)) {
  for (const [language, theme] of LOOKS) {
    const wanted = Object.keys(SCENES).filter((scene) =>
      `${scene}-${size}-${language}-${theme}`.includes(only),
    );
    if (!wanted.length) continue;
    const browser = await launch({ width, height });
    try {
      for (const scene of wanted) {
        const page = await browser.newPage({ lang: language, theme });
        await page.goto(BASE + SCENES[scene].path);
        await settled(page);
        await SCENES[scene].steps(page, size);
        await settled(page);
        await page.screenshot({ path: `${OUT}/${scene}-${size}-${language}-${theme}.png` });
        await page.close();
        console.log(`${scene}-${size}-${language}-${theme}`);
      }
    } finally {
      await browser.close();
    }
  }
}
await quit();
