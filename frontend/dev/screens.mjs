/**
 * Pictures of every screen: ru/en × day/night × wide/phone, the main ones in high contrast as well, and
 * one page that shows them all, with what the check of layout says of each.
 *
 *   SYLVAN_URL=http://127.0.0.1:8600 SHOTS=shots node dev/screens.mjs [part of a picture's name]
 *
 * SYLVAN_SIGNED_URL and SYLVAN_FIRST_LINK name a server where people sign in; without them its screens
 * are left out. `scripts/screens` starts both servers.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { ARGS, BASE, settled } from '../tests/e2e/browser.mjs';
import { flaws } from '../tests/e2e/layout.mjs';
import { become } from '../tests/e2e/screens.mjs';
import { atWork, prepared, SCENES } from './scenes.mjs';
import { sheet } from './sheet.mjs';

const OUT = process.env.SHOTS ?? 'shots';
const SIGNED = process.env.SYLVAN_SIGNED_URL ?? '';
const LINK = process.env.SYLVAN_FIRST_LINK ?? '';
const only = process.argv[2] ?? '';
const SIZES = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const LOOKS = [
  ...['ru', 'en'].flatMap((lang) => ['day', 'night'].map((theme) => ({ lang, theme }))),
  { lang: 'ru', theme: 'day', contrast: 'high' },
  { lang: 'en', theme: 'night', contrast: 'high' },
];
const PATIENCE_MS = 60_000;
const HERE = { longitude: 129.73, latitude: 62.03, accuracy: 12 };
const PASSWORD = 'four words nobody says';

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ARGS,
});
mkdirSync(OUT, { recursive: true });

/** Cookies of whom a scene is seen by, by role: signing in once is enough. */
const cookies = new Map();

async function asRole(role) {
  if (cookies.has(role)) return cookies.get(role);
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  if (role === 'admin') await administrator(page);
  else if (role !== 'nobody') {
    await page.goto(`${BASE}/report`);
    await become(page, role);
  }
  cookies.set(role, await context.storageState());
  await context.close();
  return cookies.get(role);
}

async function administrator(page) {
  await page.goto(SIGNED + LINK.slice(LINK.indexOf('/welcome')));
  await page.locator('input[autocomplete="name"]').fill('Анна Егорова');
  for (const field of await page.locator('input[type="password"]').all()) await field.fill(PASSWORD);
  await page.locator('button[type="submit"], form .primary').first().click();
  await page.waitForFunction(() => !document.querySelector('input[type="password"]'));
}

/** A page in one look; the steps of its scene done. */
async function shown(scene, look, size, facts) {
  const context = await browser.newContext({
    viewport: SIZES[size],
    locale: look.lang === 'ru' ? 'ru-RU' : 'en-GB',
    storageState: await asRole(scene.role),
    permissions: ['geolocation'],
    geolocation: HERE,
    hasTouch: size === 'phone',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  await page.addInitScript((prefs) => localStorage.setItem('sylvan.prefs', JSON.stringify(prefs)), {
    ...look,
    ...scene.prefs,
  });
  await page.goto((scene.role === 'admin' ? SIGNED : BASE) + scene.path);
  if (scene.path === '/') await atWork(page);
  else await page.waitForLoadState('networkidle');
  await scene.steps?.(page, facts);
  if (scene.path === '/') await settled(page);
  await page.waitForTimeout(600);
  return page;
}

const nameOf = (scene, size, { lang, theme, contrast }) =>
  [scene.name, size, lang, theme, ...(contrast ? ['contrast'] : [])].join('-');

function* wanted() {
  for (const scene of SCENES) {
    if (scene.role === 'admin' && !SIGNED) continue;
    for (const size of scene.wideOnly ? ['wide'] : Object.keys(SIZES))
      for (const look of LOOKS)
        if ((!look.contrast || scene.main) && nameOf(scene, size, look).includes(only))
          yield { scene, size, look };
  }
}

async function facts() {
  const context = await browser.newContext(); // the demo takes a newcomer for its dispatcher
  const page = await context.newPage();
  await page.goto(`${BASE}/report`);
  const told = await prepared(page);
  await context.close();
  return told;
}

const known = await facts();
const taken = [];
for (const { scene, size, look } of wanted()) {
  const name = nameOf(scene, size, look);
  let page;
  try {
    page = await shown(scene, look, size, known);
    const found = await flaws(page);
    await page.screenshot({ path: `${OUT}/${name}.png` });
    taken.push({ name, scene: scene.name, size, look, found });
    console.log(name, ...found.map((one) => `\n    ${one}`));
  } catch (error) {
    const found = [String(error.message).split('\n')[0]];
    await page?.screenshot({ path: `${OUT}/${name}.png` }).catch(() => {});
    taken.push({ name, scene: scene.name, size, look, found, failed: true });
    console.log(name, 'FAILED', found[0]);
  } finally {
    await page?.context().close();
  }
}
writeFileSync(`${OUT}/index.html`, sheet(taken));
await browser.close();
const failed = taken.filter((one) => one.failed).length;
console.log(`${taken.length - failed} pictures, ${failed} failed: ${OUT}/index.html`);
if (failed || !taken.length) process.exitCode = 1;
