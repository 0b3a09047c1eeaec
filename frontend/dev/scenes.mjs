/**
 * The table of screens: a line is a screen or a state of one. Pictures (`scripts/screens`), the check of
 * layout and the check of languages all read it, so that a new screen is added here and nowhere else.
 *
 * role: of the demo, or `admin` of a server where people sign in. Steps must work in every language.
 * main: also in high contrast, and part of the browser tests' check of layout (looks.test.mjs), unless
 * slow.
 */
import { settled } from '../tests/e2e/browser.mjs';
import { api, colleague, ROW, worldQuery } from '../tests/e2e/screens.mjs';

const LIST = 0;
const CARD = 2;
/** How long a first suggestion or a raster may take on a machine that is busy, ms. */
const SLOW_MS = 60_000;

/** On a phone queue, map and card are three tabs. */
const pane = async (page, n) => {
  const tab = page.locator('.panes button').nth(n);
  if (await tab.isVisible()) await tab.click();
};

async function row(page, tab, id) {
  await pane(page, LIST);
  await page.locator(`#tab-${tab}`).click();
  const wanted = id ? page.locator(`[data-fire="${id}"]`) : page.locator(ROW).first();
  await wanted.click();
  await page.locator('article h2').waitFor();
}

async function rail(page, name, ready) {
  // the rail is hidden on phones, its keys are not
  if (name === 'units') await page.keyboard.press('u');
  else await page.getByTitle(name).first().click();
  await pane(page, CARD);
  await page.locator(ready).first().waitFor();
}

async function unfold(page, part) {
  const head = page.locator(`[data-part="${part}"]`);
  if ((await head.getAttribute('aria-expanded')) === 'false') await head.click();
}

const signal = async (page) => row(page, 'new');

export const SCENES = [
  { name: 'queue', role: 'dispatcher', path: '/', main: true },
  { name: 'signal', role: 'dispatcher', path: '/', main: true, steps: signal },
  {
    name: 'register',
    role: 'dispatcher',
    path: '/',
    steps: async (page) => {
      await signal(page);
      await page.keyboard.press('a');
      await page.locator('form h3').waitFor();
    },
  },
  {
    name: 'reject',
    role: 'dispatcher',
    path: '/',
    steps: async (page) => {
      await signal(page);
      await page.keyboard.press('r');
      await page.getByRole('radio').first().waitFor();
    },
  },
  {
    name: 'suggestion',
    role: 'dispatcher',
    path: '/',
    main: true,
    slow: true,
    steps: async (page, { fire }) => {
      await row(page, 'work', fire);
      await unfold(page, 'forces');
      await page.locator('[data-forces="send"]').waitFor({ timeout: SLOW_MS });
      await page.locator('[data-part="forces"]').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'zoomed',
    role: 'dispatcher',
    path: '/',
    steps: async (page, { fire }) => {
      await row(page, 'work', fire);
      await pane(page, 1);
      await page.keyboard.press('f');
      await page.waitForTimeout(1500);
    },
  },
  {
    name: 'report-card',
    role: 'dispatcher',
    path: '/',
    steps: async (page) => page.locator('[data-report]').first().click(),
  },
  {
    name: 'danger',
    role: 'dispatcher',
    path: '/',
    main: true,
    slow: true,
    prefs: { layers: { danger: true } },
    steps: async (page) => {
      await pane(page, 1);
      await page.waitForFunction(() => window.sylvanMap?.getSource('x-danger'), null, { timeout: SLOW_MS });
    },
  },
  {
    name: 'layers',
    role: 'dispatcher',
    path: '/',
    steps: async (page) => {
      await pane(page, 1);
      await page.keyboard.press('l');
      await page.locator('.layers input').first().waitFor();
    },
  },
  {
    name: 'past',
    role: 'dispatcher',
    path: '/',
    steps: async (page) => {
      await page.keyboard.press('h');
      await page.locator('.in-past').waitFor();
    },
  },
  {
    name: 'forces',
    role: 'dispatcher',
    path: '/',
    main: true,
    steps: (page) => rail(page, 'units', '.base .link'),
  },
  {
    name: 'decisions',
    role: 'dispatcher',
    path: '/',
    wideOnly: true, // its door is the rail, which phones do not have
    steps: (page) => rail(page, /^(Решения, режимы|Decisions, regimes)/, 'article h2'),
  },
  {
    name: 'heat',
    role: 'dispatcher',
    path: '/',
    wideOnly: true,
    steps: (page) => rail(page, /^(Источники тепла|Heat sources)$/, 'article h2'),
  },
  { name: 'call', role: 'dispatcher', path: '/', steps: (page) => page.keyboard.press('c') },
  { name: 'search', role: 'dispatcher', path: '/', steps: (page) => page.keyboard.press('/') },
  { name: 'help', role: 'dispatcher', path: '/', steps: (page) => page.keyboard.press('F1') },
  {
    name: 'sources',
    role: 'dispatcher',
    path: '/',
    steps: (page) => page.locator('.chip[aria-expanded]').click(),
  },
  { name: 'official', role: 'official', path: '/' },
  { name: 'neighbour', role: 'neighbour', path: '/' },
  { name: 'figures', role: 'chief', path: '/figures', main: true },
  {
    name: 'issue',
    role: 'chief',
    path: '/figures',
    steps: (page) => page.locator('button[aria-expanded]').last().click(),
  },
  { name: 'board', role: 'official', path: '/board', main: true },
  { name: 'drills', role: 'chief', path: '/drills', main: true },
  { name: 'admin-layers', role: 'steward', path: '/admin#layers', main: true },
  { name: 'admin-rules', role: 'steward', path: '/admin#rules' },
  { name: 'admin-territories', role: 'steward', path: '/admin#territories' },
  { name: 'admin-feeds', role: 'steward', path: '/admin#feeds' },
  { name: 'admin-health', role: 'steward', path: '/admin#health' },
  { name: 'alerts', role: 'dispatcher', path: '/alerts', main: true },
  { name: 'partner', role: 'partner', path: '/partner', main: true },
  { name: 'report', role: 'public', path: '/report', main: true },
  { name: 'field-choose', role: 'crew', path: '/field' },
  {
    name: 'field',
    role: 'crew',
    path: '/field',
    main: true,
    steps: async (page) => {
      const chosen = page.locator('[data-unit]');
      const tabs = page.getByRole('navigation').getByRole('button');
      await chosen.or(tabs).first().waitFor();
      if (await chosen.count()) await chosen.first().click();
      await tabs.first().waitFor();
    },
  },
  { name: 'sign-in', role: 'nobody', path: '/sign-in', main: true },
  { name: 'account', role: 'admin', path: '/account' },
  { name: 'people', role: 'admin', path: '/people' },
];

/** What has to have happened before: a fire that is registered, so that forces are suggested for it. */
export async function prepared(page) {
  const query = await worldQuery(page);
  const { features } = await api(page, `/fires?${query}&status=registered&limit=1`);
  if (features.length) return { fire: features[0].id };
  const { fires } = await api(page, `/snapshot?${query}`);
  const signals = fires.filter(({ status }) => status === 'signal');
  const largest = signals.sort((a, b) => b.area_ha - a.area_ha)[0];
  if (!largest) throw new Error('the server has no signal to register');
  await colleague(page, largest.id, 'register', { note: '' });
  return { fire: largest.id };
}

/** The dispatcher's page with its line open, its queue filled and its map drawn. */
export async function atWork(page) {
  await page.locator('.chip.online, .chip.late').waitFor({ state: 'attached' });
  await settled(page);
}
