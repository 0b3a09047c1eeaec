/** Steps that several browser tests share. */
import assert from 'node:assert/strict';
import { BASE, launch, settled } from './browser.mjs';

export const ROW = '[data-fire]';
/** Looks for axe: the two that differ in everything; with SYLVAN_ALL_LOOKS=1 all four. */
export const LOOKS = [
  { lang: 'ru', theme: 'day' },
  { lang: 'en', theme: 'night' },
  { lang: 'ru', theme: 'night' },
  { lang: 'en', theme: 'day' },
].slice(0, process.env.SYLVAN_ALL_LOOKS ? 4 : 2);

/** Opens a page, runs the steps, and insists that nothing went wrong beside them. */
export async function visit(
  path,
  { prefs = { lang: 'ru', theme: 'day' }, size = {}, args = [], bypassCSP = false },
  steps,
) {
  const browser = await launch({ ...size, args, bypassCSP });
  try {
    const page = await browser.newPage(prefs);
    await page.goto(BASE + path);
    await settled(page);
    await steps(page, browser);
    assert.deepEqual(page.troubles, [], 'console, page errors and foreign requests');
  } finally {
    await browser.close();
  }
}

/**
 * Becomes one of the demo's ready roles, on a page that asks for nothing: a map that stayed open would
 * ask for what the new role may not see, and go to another page by itself.
 */
export async function become(page, role) {
  if (new URL(page.url()).pathname !== '/report') await page.goto(new URL('/report', page.url()).href);
  await page.evaluate(async (wanted) => {
    const csrf = /csrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';
    const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf };
    const body = JSON.stringify({ role: wanted });
    const answer = await fetch('/api/v1/account/demo', { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`the demo has no role ${wanted}: ${answer.status}`);
  }, role);
}

/** The world that the page shows, asked from the server itself. */
export async function api(page, path) {
  return page.evaluate(async (target) => (await fetch(`/api/v1${target}`)).json(), path);
}

export async function worldQuery(page) {
  const { default_world: world } = await api(page, '/config');
  return `world=${encodeURIComponent(world)}`;
}

/** Chooses a signal that nobody has decided on and returns its id. */
export async function chooseSignal(page) {
  await page.locator('#tab-new').click();
  const row = page.locator(ROW).first();
  const id = await row.getAttribute('data-fire');
  await row.click();
  await page.locator('article h2').waitFor();
  return id;
}

/**
 * Somebody else, at another desk, decides on a fire as it stands at this moment; again where a pass or
 * a "shown" came in between.
 */
export async function colleague(page, id, step, body) {
  const query = await worldQuery(page);
  const told = await page.evaluate(
    async ([fire, act, facts, q]) => {
      let answer;
      for (let turn = 0; turn < 5; turn++) {
        const { version } = await (await fetch(`/api/v1/fires/${fire}?${q}`)).json();
        const headers = { 'Content-Type': 'application/json', 'If-Match': `"${version}"` };
        const body = JSON.stringify(facts);
        answer = await (
          await fetch(`/api/v1/fires/${fire}/${act}?${q}`, { method: 'POST', headers, body })
        ).json();
        if (answer.code !== 'problem.stale_version') break;
      }
      return answer;
    },
    [id, step, body, query],
  );
  assert.equal(told.code, undefined, `the colleague was refused: ${JSON.stringify(told)}`);
}

/** Waits until nothing more follows from having chosen a signal: the server knows that it was seen. */
export async function untilShown(page, id) {
  const query = await worldQuery(page);
  for (let turn = 0; turn < 120; turn++) {
    if ((await api(page, `/fires/${id}?${query}`)).shown_at) return;
    await page.waitForTimeout(500);
  }
  throw new Error(`fire ${id} was never told as shown`);
}

/** Waits until the server tells this status of a fire. */
export async function untilStatus(page, id, status) {
  const query = await worldQuery(page);
  let fire;
  for (let turn = 0; turn < 60; turn++) {
    fire = await api(page, `/fires/${id}?${query}`);
    if (fire.status === status) return fire;
    await page.waitForTimeout(500);
  }
  throw new Error(`fire ${id} did not become ${status}, it is ${fire.status}`);
}
