/**
 * Figures of the dispatcher's screen in Chromium, as JSON; `sylvan bench screens` runs it and judges.
 *
 *   SYLVAN_URL=http://127.0.0.1:8600 node dev/bench.mjs REPEAT
 *
 * Work of the main thread is read from Chromium's own trace: its tasks, with the processor's time beside
 * the clock's, since on a busy machine the clock also counts what others do.
 */
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { ARGS, BASE } from '../tests/e2e/browser.mjs';
import { api, worldQuery } from '../tests/e2e/screens.mjs';

const REPEAT = Number(process.argv[2] ?? 5);
const SIZE = { width: 1366, height: 800 };
const PATIENCE_MS = 120_000;
const TRACED = [
  'toplevel',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'blink.user_timing',
];
const STEPS = 12;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ARGS,
});
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function fresh() {
  const context = await browser.newContext({
    viewport: SIZE,
    deviceScaleFactor: 0.5,
    serviceWorkers: 'block',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

/** Runs in the page before anything of it: when what is first looked for has been painted. */
function watch() {
  localStorage.setItem('sylvan.prefs', JSON.stringify({ lang: 'ru', theme: 'day' }));
  // what is fetched for later, behind the first picture, is no part of it
  if (location.search === '?first') window.requestIdleCallback = () => 0;
  const wanted = {
    list: () => document.querySelector('[data-fire], [data-bare]'),
    counters: () => document.querySelector('.counters .pill, [data-bare]'),
    ages: () => document.querySelector('.chip.online .ages span, .chip.late .ages span, [data-bare]'),
    map: () => window.sylvanMap?.loaded(),
  };
  window.painted = {};
  const look = () => {
    for (const [name, there] of Object.entries(wanted))
      if (!(name in window.painted) && there()) {
        window.painted[name] = null;
        // the frame after the one that lays it out
        requestAnimationFrame(() => setTimeout(() => (window.painted[name] = performance.now())));
      }
    if (Object.keys(window.painted).length < 4) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);

  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      window.line = this;
      this.addEventListener('message', ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.t === 'hello') window.lineEpoch = frame.epoch;
        const number = frame.seq ?? frame.skip_to;
        if (typeof number === 'number') window.lastSeq = Math.max(window.lastSeq ?? 0, number);
      });
    }
  };
}

/** Beside what the page itself names: its first texts, the map's own code, and the library with its worker. */
const NEEDED = /assets\/(ui|map|overlays|basemap|maplibre-gl(-worker)?)-/;

async function firstLoad() {
  const context = await fresh();
  const page = await context.newPage();
  await page.addInitScript(watch);
  const files = new Map(); // a file that is named twice is fetched once
  page.on('response', (answer) => files.set(answer.url(), answer));
  const inside = await context.newCDPSession(page);
  await inside.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(`${BASE}/?first`);
  await page.waitForFunction(() => ['list', 'counters', 'ages'].every((name) => window.painted[name]));
  const { metrics } = await inside.send('Performance.getMetrics');
  const cpu = 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
  await page.waitForFunction(() => window.painted.map);
  const told = await page.evaluate(() => window.painted);
  const [first] = files.values();
  const html = await first.text();
  let bytes = 0;
  for (const answer of files.values()) {
    const { pathname } = new URL(answer.url());
    if ((pathname.startsWith('/assets/') && html.includes(pathname)) || NEEDED.test(pathname))
      bytes += gzipSync(await answer.body(), { level: 9 }).length;
  }
  await context.close();
  return { ...told, first: Math.max(told.list, told.counters, told.ages), cpu, kb: bytes / 1000 };
}

/** The same list, painted from JSON that stands in the page itself: no page can do with less. */
async function bare(html) {
  const context = await fresh();
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.route('**/bare-list', (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.goto(`${BASE}/bare-list`);
  await page.waitForFunction(() => window.painted.list);
  const told = await page.evaluate(() => window.painted.list);
  await context.close();
  return told;
}

const barePage = (fires) => `<!doctype html><meta charset="utf-8"><ul></ul>
<script type="application/json">${JSON.stringify(fires).replaceAll('<', '\\u003c')}</script><script>
const list = document.querySelector('ul');
for (const fire of JSON.parse(document.querySelector('script').textContent)) {
  const row = document.createElement('li');
  row.dataset.bare = fire.id;
  row.textContent = [fire.number, fire.status, fire.area_ha, fire.address.municipality?.name.ru, fire.received_at].join(' ');
  list.append(row);
}</script>`;

/**
 * Tasks of the page's main thread between two marks: milliseconds by the clock and of the processor.
 * Chromium writes a task twice, one name within the other: what lies within another is left out.
 */
function tasks(trace) {
  const { traceEvents: all } = JSON.parse(trace.toString());
  const from = all.findLast(({ name }) => name === 'bench from');
  const to = all.findLast(({ name }) => name === 'bench to');
  if (!from || !to) throw new Error('the trace has lost its marks');
  let covered = -Infinity;
  return all
    .filter(({ name, pid, tid }) => /RunTask$/.test(name) && pid === from.pid && tid === from.tid)
    .filter(({ ts, dur = 0 }) => ts + dur > from.ts && ts < to.ts)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
    .filter(({ ts, dur = 0 }) => {
      const isOutermost = ts + dur > covered;
      covered = Math.max(covered, ts + dur);
      return isOutermost;
    })
    .map(({ dur = 0, tdur }) => ({ ms: dur / 1000, cpu: (tdur ?? dur) / 1000 }));
}

/** What the steps cost the main thread, by trace; `marked`: they say themselves when they begin and end. */
async function traced(page, steps, marked = false) {
  const mark = (name) => marked || page.evaluate((told) => void performance.mark(told), name);
  await browser.startTracing(page, { categories: TRACED });
  await mark('bench from');
  await steps();
  await mark('bench to');
  const found = tasks(await browser.stopTracing());
  if (!found.length) throw new Error('the trace holds no tasks of the main thread');
  return {
    longest_ms: Math.max(...found.map(({ cpu }) => cpu)),
    longest_wall_ms: Math.max(...found.map(({ ms }) => ms)),
    over_100: found.filter(({ cpu }) => cpu > 100).length,
    sum_ms: found.reduce((sum, { cpu }) => sum + cpu, 0),
  };
}

/** One change of a fire as the line brings it, until its row is painted and the map has its data. */
async function told(page, fires) {
  // so much more that the rounded area in the row is another one (its clock changes each second anyway), and
  // newer than what the server makes of it meanwhile: being shown is a version, too
  const fire = { ...fires[0], area_ha: fires[0].area_ha * 1.2 + 1, version: fires[0].version + 100 };
  fires[0] = fire;
  await page.evaluate(() => {
    const source = window.sylvanMap.getSource('fires');
    const { setData } = Object.getPrototypeOf(source);
    window.handed = 0;
    source.setData = function (...data) {
      window.handed += 1;
      return setData.apply(this, data);
    };
  });
  const steps = () =>
    page.evaluate(async (body) => {
      const row = document.querySelector(`[data-fire="${body.id}"] .second`);
      const before = row.textContent;
      window.lastSeq += 1;
      const frame = {
        t: 'event',
        epoch: window.lineEpoch, // of another one it would be a reason to read everything again
        seq: window.lastSeq,
        kind: 'fire.changed',
        world: 'live',
        body,
      };
      performance.mark('bench from');
      window.line.onmessage(new MessageEvent('message', { data: JSON.stringify(frame) }));
      for (let turn = 0; turn < 100 && !(row.textContent !== before && window.handed); turn++)
        await new Promise(requestAnimationFrame);
      if (row.textContent === before) throw new Error('the row did not change');
      if (!window.handed) throw new Error('the map was not told');
      // the loop went on inside the frame that lays the row out and paints it; a timer comes after it
      await new Promise((done) => setTimeout(done));
      performance.mark('bench to');
    }, fire);
  return traced(page, steps, true);
}

const still = (page) =>
  page.waitForFunction(
    () => window.sylvanMap.loaded() && window.sylvanMap.areTilesLoaded() && !window.sylvanMap.isMoving(),
  );

/** Moves a handle of the timeline as a hand does, and lets go. */
const handle = (page, which, value) =>
  page.evaluate(
    ([n, to]) => {
      const input = document.querySelectorAll('.timeline input[type="range"]')[n];
      input.value = String(to);
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.dispatchEvent(new Event('change', { bubbles: true }));
    },
    [which, value],
  );

async function crowded(page) {
  await still(page);
  await page.evaluate(() => void window.sylvanMap.jumpTo({ center: [128, 64], zoom: 6.2 }));
  await page.waitForTimeout(500);
  await still(page);
  const shown = await page.evaluate(
    () => window.sylvanMap.querySourceFeatures('detections', { sourceLayer: 'detections' }).length,
  );
  const pan = await traced(page, async () => {
    for (let n = 0; n < STEPS; n++) {
      await page.evaluate(
        (to) => void window.sylvanMap.panBy(to, { duration: 200 }),
        n % 2 ? [-260, 60] : [260, -60],
      );
      await page.waitForTimeout(350);
    }
    await still(page);
  });
  const filter = await traced(page, async () => {
    for (const preset of [0, 1, 3, 0, 3]) {
      await page.locator('.timeline .presets button, .timeline button').nth(preset).click();
      await page.waitForTimeout(400);
    }
    await still(page);
  });
  const play = await traced(page, async () => {
    for (let hour = 12; hour <= 72; hour += 5) {
      await handle(page, 1, hour);
      await page.waitForTimeout(250);
    }
    await still(page);
  });
  return { shown, pan, filter, play };
}

const loads = [];
const bares = [];
const setup = await (await fresh()).newPage();
await setup.goto(`${BASE}/report`);
const { fires } = await api(setup, `/snapshot?${await worldQuery(setup)}`);
await setup.context().close();
const signals = fires.filter(({ status }) => status === 'signal');
const html = barePage(signals);
for (let turn = 0; turn <= REPEAT; turn++) {
  const load = await firstLoad();
  const least = await bare(html);
  if (!turn) continue; // the first one warms the server
  loads.push(load);
  bares.push(least);
}

const context = await fresh();
const page = await context.newPage();
await page.addInitScript(watch);
await page.goto(BASE);
await page.waitForFunction(() => window.painted.map);
await page.waitForTimeout(4000); // panels are fetched behind the first picture
const id = await page.locator('[data-fire]').first().getAttribute('data-fire');
const mine = [signals.find((fire) => fire.id === id) ?? signals[0]];
const messages = [];
for (let turn = 0; turn <= REPEAT * 2; turn++) {
  const cost = await told(page, mine);
  if (turn) messages.push(cost);
}
const crowd = await crowded(page);
await context.close();
await browser.close();

const of = (name) => loads.map((one) => one[name]);
process.stdout.write(
  JSON.stringify({
    rows: signals.length,
    first_ms: median(of('first')),
    first_cpu_ms: median(of('cpu')),
    map_ms: median(of('map')),
    before_map: loads.filter(({ first, map }) => first < map).length / loads.length,
    bare_ms: median(bares),
    first_load_kb: median(of('kb')),
    message_ms: median(messages.map(({ sum_ms }) => sum_ms)),
    message_worst_ms: Math.max(...messages.map(({ sum_ms }) => sum_ms)),
    ...crowd,
  }),
);
