/** The system's Chromium, seeing no network beyond the server under test. */
import { chromium } from 'playwright-core';

export const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];
export const BASE = process.env.SYLVAN_URL ?? 'http://127.0.0.1:8600';
export const PATIENCE_MS = Number(process.env.SYLVAN_PATIENCE_MS ?? 120_000);
/** The software renderer grumbles about its own slowness; nothing of ours is meant. */
const NOISE = /GPU stall due to ReadPixels|WebGL.*performance|GroupMarkerNotSet/;

/** The browser that journeys share: its start takes longer than some of them. */
let shared;

const start = (args = []) =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [...ARGS, ...args],
  });

/** A browser that remembers nothing of the journeys before; of its own where `args` are given. */
export async function launch({
  width = 1280,
  height = 800,
  args = [],
  bypassCSP = false,
  origin = BASE,
} = {}) {
  const own = args.length ? await start(args) : null;
  if (!own && !shared?.isConnected()) shared = await start();
  // the map is drawn by the processor: a quarter of the pixels, the same places
  const options = { viewport: { width, height }, deviceScaleFactor: 0.5, bypassCSP };
  const context = await (own ?? shared).newContext(options);
  context.setDefaultTimeout(PATIENCE_MS);
  return {
    context,
    newPage: (prefs = {}) => newPage(context, prefs, origin),
    async close() {
      await context.close();
      await own?.close();
    },
  };
}

/** Ends the shared browser. */
export async function quit() {
  await shared?.close();
  shared = undefined;
}

/** A page with chosen language and light; `page.troubles` collects what must not happen. */
async function newPage(context, prefs, origin) {
  const page = await context.newPage();
  page.troubles = [];
  const { host } = new URL(origin);
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.host === host || ['data:', 'blob:'].includes(url.protocol)) return;
    page.troubles.push(`request to a foreign host: ${url.href}`);
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !NOISE.test(message.text())) {
      page.troubles.push(`console ${message.type()}: ${message.text()} ${message.location().url}`);
    }
  });
  page.on('pageerror', (error) => page.troubles.push(`page error: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 500) page.troubles.push(`${response.status()} ${response.url()}`);
  });
  await page.addInitScript((value) => {
    if (!localStorage.getItem('sylvan.prefs')) localStorage.setItem('sylvan.prefs', JSON.stringify(value));
  }, prefs);
  return page;
}

/** Waits until the queue is there and the map, if any, has drawn everything that it asked for. */
export async function settled(page) {
  await page.waitForLoadState('load');
  if (['/report', '/field'].includes(new URL(page.url()).pathname)) {
    await page.waitForSelector('form, section');
    return;
  }
  if (new URL(page.url()).pathname === '/board') {
    await page.waitForSelector('.say');
    return;
  }
  if (new URL(page.url()).pathname === '/figures') {
    await page.waitForSelector('.cards .card');
    return;
  }
  await page.waitForSelector('[data-fire], .empty', { state: 'attached' });
  await page.waitForFunction(
    () =>
      !document.querySelector('.canvas')?.clientWidth ||
      (window.sylvanMap?.loaded() && window.sylvanMap.areTilesLoaded()),
    null,
    { timeout: PATIENCE_MS },
  );
  await page.waitForTimeout(250);
}
