/** The feeds' desk: rows that could not be used, a feed held back and let go on; what everybody sees of it. */
import assert from 'node:assert/strict';
import { findings } from './access.test.mjs';
import { api, become, LOOKS, visit } from './screens.mjs';

const PHONE = { width: 390, height: 844 };
const HEADER =
  'latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,daynight';
const row = (lat, day) => `${lat},129.73,330.1,0.4,0.4,${day},0342,N20,VIIRS,n,2.0NRT,290.1,5.0,D`;

/** A file of two pixels, of which one lies off the globe, sent for a feed of its own by the dispatcher. */
async function send(page, feed) {
  const day = new Date(Date.now() - 48 * 3600_000).toISOString().slice(0, 10);
  const body = `${[HEADER, row('62.03', day), row('962.04', day)].join('\n')}\n`;
  return page.evaluate(
    async ([name, text]) => {
      const csrf = /csrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';
      const headers = { 'Content-Type': 'application/octet-stream', 'X-CSRF-Token': csrf };
      const address = `/api/v1/ingest?world=live&name=camp.csv&feed=${name}`;
      const answer = await fetch(address, { method: 'POST', headers, body: text });
      return { status: answer.status, ...(await answer.json()) };
    },
    [feed, body],
  );
}

/** The desk as the data administrator sees it, in the live world. */
async function desk(page, thing = '') {
  await become(page, 'steward');
  await page.goto(new URL(`/admin#feeds${thing && `/${thing}`}`, page.url()).href);
  await page.reload();
  await page.locator('#tab-feeds[aria-selected=true]').waitFor();
  await page.getByRole('button', { name: /^(Настоящая работа|Live work)$/ }).click();
  await page.getByRole('heading', { name: /^(Папка приёма|Drop folder)$/ }).waitFor();
}

const state = async (page, feed) =>
  (await api(page, '/feed-desk?world=live')).feeds.find((one) => one.feed === feed);

const handled = () =>
  visit('/report', {}, async (page) => {
    await become(page, 'dispatcher');
    assert.equal((await send(page, 'camp')).rejected, 1);
    await desk(page, 'camp');
    const card = page.getByRole('region', { name: 'camp', exact: true });
    await card.getByRole('button', { name: 'Поставки: camp' }).click();
    await card.getByRole('button', { name: 'Отклонённые строки: camp.csv' }).first().click();
    const rejects = card.getByRole('group', { name: 'Отклонённые строки: camp.csv' });
    await rejects.getByText('Значение вне допустимых пределов').first().waitFor();
    await rejects.getByText(/^962\.04,129\.73/).waitFor();
    const table = page.waitForEvent('download');
    await rejects.getByRole('link', { name: /CSV/ }).click();
    assert.match((await table).suggestedFilename(), /^rejects-\d+\.csv$/);
    const whole = page.waitForEvent('download');
    await rejects.getByRole('link', { name: 'Скачать файл, как пришёл' }).click();
    assert.equal((await whole).suggestedFilename(), 'camp.csv');

    await card.getByRole('button', { name: 'Приостановить: camp' }).click();
    const submit = card.getByRole('button', { name: 'Приостановить', exact: true });
    await submit.click();
    assert.equal((await state(page, 'camp')).paused, null, 'without a reason nothing changes');
    await card.getByLabel('Причина').fill('Шлёт строки с битой широтой');
    await submit.click();
    await page.getByRole('status').filter({ hasText: '«camp» приостановлен' }).waitFor();
    await page.getByText('1 источник приостановлен: его данных на карте нет').waitFor();
    assert.equal(await card.getByText(/Причина: Шлёт строки с битой широтой/).count(), 1);

    await become(page, 'dispatcher');
    const refused = await send(page, 'camp');
    assert.deepEqual([refused.status, refused.code], [409, 'feed.paused']);
    const shown = (await api(page, '/feeds?world=live')).find(({ feed }) => feed === 'camp');
    assert.equal(shown.state, 'paused');
    await page.goto(new URL('/?world=live', page.url()).href);
    await page.locator('.feeds .tag.danger').waitFor();
    await page.locator('.feeds button.chip').click();
    await page.getByText(/Приостановлен: .+Шлёт строки с битой широтой/).waitFor();

    await desk(page, 'camp');
    await card.getByRole('button', { name: 'Продолжить: camp' }).click();
    await card.getByLabel('Причина').fill('Поставщик исправил');
    await card.getByRole('button', { name: 'Продолжить', exact: true }).click();
    await page.getByRole('status').filter({ hasText: '«camp» продолжает работу' }).waitFor();
    assert.equal((await state(page, 'camp')).state, 'ok');
    page.troubles = page.troubles.filter((text) => !/status of 4\d\d/.test(text));
  });

const played = () =>
  visit('/report', {}, async (page) => {
    await become(page, 'steward');
    const { default_world: world } = await api(page, '/config');
    const { feeds } = await api(page, `/feed-desk?world=${world}`);
    await page.goto(new URL('/admin#feeds', page.url()).href);
    await page.reload();
    await page.getByText(`Мир «${world}» проигрывается`).waitFor();
    assert.ok(feeds.length > 0);
    assert.equal(await page.getByRole('button', { name: /^Поставки: / }).count(), feeds.length);
    assert.equal(await page.getByRole('button', { name: /^Приостановить/ }).count(), 0);
  });

const look = (prefs, size) => () =>
  visit('/report', { prefs, size, bypassCSP: true }, async (page) => {
    await desk(page);
    await page
      .getByRole('button', { name: /^(Приостановить|Hold back): / })
      .first()
      .click();
    const found = await findings(page, 'feeds');
    await page.goto(new URL('/admin#health', page.url()).href);
    await page.locator('#panel .parts li').first().waitFor();
    found.push(...(await findings(page, 'health')));
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wider <= 0, 'nothing sticks out at the side');
    assert.deepEqual(found, []);
  });

export const tests = Object.fromEntries([
  ['rejected rows are taken away, a feed is held back for all to see and goes on', handled],
  ['feeds of a world that is played are looked at and not held back', played],
  ...LOOKS.map((prefs, i) => [
    `axe finds nothing on the feeds' desk (${prefs.lang}, ${prefs.theme})`,
    look(prefs, i % 2 ? PHONE : {}),
  ]),
]);
