/** The dispatcher's instruments: measuring, paper, a second window, play-back, odd coordinates, a lost server. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { findings } from './access.test.mjs';
import { BASE, settled } from './browser.mjs';
import { LOOKS, api, chooseSignal, untilShown, untilStatus, visit, worldQuery } from './screens.mjs';

const WORDS = {
  ru: { measure: 'Измерить', area: 'Площадь', sheet: 'Лист карты', then: 'Как знали тогда' },
  en: { measure: 'Measure', area: 'Area', sheet: 'Map sheet', then: 'As known then' },
};

async function clickMap(page, x, y) {
  const box = await page.locator('.canvas').boundingBox();
  await page.mouse.click(box.x + box.width * x, box.y + box.height * y);
}
const measured = (page) => page.locator('.tool tbody tr');

const measuring = () =>
  visit('/', {}, async (page) => {
    await page.keyboard.press('m');
    await page.locator('.map-cross').waitFor({ state: 'attached' });
    const before = await page.evaluate(() => window.sylvanMap.doubleClickZoom.isEnabled());
    assert.equal(before, false, 'a double click ends the line and zooms nothing');
    for (const [i, [x, y]] of [
      [0.35, 0.35],
      [0.6, 0.35],
    ].entries()) {
      await clickMap(page, x, y);
      await measured(page).nth(i).waitFor();
    }
    assert.match(await measured(page).first().textContent(), /км.*\d+°/s);
    await page.getByRole('button', { name: 'Площадь', exact: true }).click();
    await page.getByText('Для площади нужен третий угол').waitFor();
    // the third corner without a mouse: azimuth and distance from the last one
    await page.getByLabel('Азимут, °').fill('180');
    await page.getByLabel('Расстояние, км').fill('40');
    await page.getByRole('button', { name: 'Поставить' }).last().click();
    await page.getByText(/Периметр/).waitFor();
    assert.match(await page.locator('.tool .sum strong').textContent(), /га · .*км²/);
    const drawn = await page.evaluate(() => window.sylvanMap.querySourceFeatures('x-measure').length);
    assert.ok(drawn > 0, 'it is drawn');
    await page.locator('h2', { hasText: 'Измерить' }).focus();
    await page.keyboard.press('Space');
    await measured(page).nth(3).waitFor();
    await page.keyboard.press('Backspace');
    assert.equal(await measured(page).count(), 3);
    await page.keyboard.press('Escape');
    assert.equal(await measured(page).count(), 0);
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.tool').count(), 0);
    assert.equal(await page.evaluate(() => !!window.sylvanMap.getSource('x-measure')), false);
    assert.equal(await page.evaluate(() => window.sylvanMap.doubleClickZoom.isEnabled()), true);
  });

const fromSearch = () =>
  visit('/', {}, async (page) => {
    await page.keyboard.press('Control+k');
    const box = page.getByRole('dialog').getByRole('combobox');
    await box.fill('62.0339 129.7331');
    await page.getByRole('option', { name: /Измерить отсюда/ }).click();
    await measured(page).first().waitFor();
    await page.getByLabel('Координаты или место').fill('62.4636 128.1285');
    await page.getByLabel('Координаты или место').press('Enter');
    await measured(page).nth(1).waitFor();
    assert.match(await page.locator('.tool .sum strong').textContent(), /^96,2 км$/);
    assert.match(await measured(page).first().textContent(), /301°/);
  });

const oddCoordinates = () =>
  visit('/', {}, async (page) => {
    await page.keyboard.press('c');
    const input = page.getByRole('textbox', { name: 'Координаты' });
    await input.fill('128.1285 62.4636');
    await page.getByText('Широта не бывает больше 90°').waitFor();
    await page.locator('[data-offer="swapped"]').click();
    await page.locator('.result.ok').waitFor();
    assert.match(await page.locator('.result.ok').textContent(), /62\.46360° N, 128\.12850° E/);
    await input.fill('622749 1280743');
    await page.locator('[data-offer="packed_dms"]').click();
    assert.match(await page.locator('.result.ok').textContent(), /62\.4636\d° N, 128\.128\d\d° E/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill('128.1285 62.4636');
    await page.getByRole('option', { name: /Наоборот/ }).click();
    await page.waitForFunction(() => Math.abs(window.sylvanMap.getCenter().lng - 128.1285) < 0.01);
  });

const sheet = () =>
  visit('/', {}, async (page) => {
    const id = await chooseSignal(page);
    await page.keyboard.press('p');
    const drawing = page.locator('.sheet-dialog svg[role="img"]');
    await drawing.locator('image').waitFor();
    const text = await drawing.textContent();
    assert.match(text, /1 : [\d\s]+/, 'the scale in figures');
    assert.match(text, /Условные знаки/);
    assert.match(text, /UTC\+9.*UTC/s, 'time of the region and UTC');
    assert.match(text, /ПОВТОР/, 'the world is marked');
    assert.match(text, /Natural Earth/, 'whose base map it is');
    assert.ok(text.includes('Сигнал'), `the chosen fire ${id} is named`);
    await page.locator('.sheet-dialog select').nth(2).selectOption('200000');
    await page.waitForFunction(() =>
      /1 : 200\s000/.test(document.querySelector('.sheet-dialog svg[role="img"]').textContent),
    );
    await page.locator('.sheet-dialog .busy').waitFor({ state: 'detached' });
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Картинка PNG' }).click(),
    ]);
    const bytes = await readFile(await file.path());
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    assert.deepEqual([Math.max(width, height), Math.min(width, height)], [297 * 8, 210 * 8]);
    await page.getByLabel('Бумага').selectOption('a3');
    await page.getByLabel('Поворот').selectOption('landscape');
    await page.locator('.sheet-dialog .busy').waitFor({ state: 'detached' });
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    const boxes = [...pdf.toString('latin1').matchAll(/\/MediaBox\s*\[([^\]]*)\]/g)].map(([, box]) => box);
    assert.equal(boxes.length, 1, 'one sheet is one page');
    const [, , w, h] = boxes[0].trim().split(/\s+/).map(Number);
    assert.deepEqual([Math.round((w / 72) * 25.4), Math.round((h / 72) * 25.4)], [420, 297]);
    await page.keyboard.press('Escape');
    await page.locator('.sheet-dialog').waitFor({ state: 'detached' });
  });

const twoWindows = () =>
  visit('/', {}, async (page, { context }) => {
    const opening = context.waitForEvent('page');
    await page.keyboard.press('w');
    const map = await opening;
    await map.waitForFunction(() => window.sylvanMap?.loaded());
    await page.getByText('Карта в другом окне', { exact: true }).waitFor();
    assert.equal(await page.locator('.canvas').count(), 0, 'the lists have no map of their own');
    assert.equal(new URL(page.url()).searchParams.get('view'), 'lists');
    const id = await chooseSignal(page);
    await map.waitForFunction((key) => location.hash === `#${key}`, id);
    assert.equal(await map.locator('section.card').isVisible(), false);
    // a key that means a form is answered where the form can be seen
    await map.bringToFront();
    await map.keyboard.press('r');
    await page
      .locator('legend', { hasText: /причин/i })
      .or(page.locator('input[type="radio"]').first())
      .first()
      .waitFor();
    await map.keyboard.press('h');
    await page.locator('.past strong').waitFor();
    await map.keyboard.press('h');
    await page.locator('.past').waitFor({ state: 'detached' });
    await map.close();
    await page.locator('.canvas').waitFor();
    assert.equal(new URL(page.url()).searchParams.get('view'), null);
    assert.equal(new URL(page.url()).hash, `#${id}`, 'the choice outlives the window');
  });

const aloneByAddress = () =>
  visit('/?view=lists', {}, async (page) => {
    await page.getByText('окна с картой нет').waitFor();
    await page.getByRole('button', { name: /Снова один экран/ }).click();
    await page.locator('.canvas').waitFor();
    await settled(page);
  });

const playing = () =>
  visit('/', {}, async (page) => {
    const asked = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.pathname.endsWith('/fires/as-of'))
        asked.push([Date.parse(url.searchParams.get('at')), url.searchParams.get('known')]);
    });
    const drawn = page.waitForRequest(
      (request) => /tiles\/detections/.test(request.url()) && /known=then/.test(request.url()),
    );
    await page.keyboard.press('h');
    await page.locator('.past strong').waitFor();
    await drawn;
    const tiles = page.waitForRequest(
      (request) => /tiles\/detections/.test(request.url()) && /known=now/.test(request.url()),
    );
    await page.getByRole('button', { name: 'Как знаем теперь' }).click();
    await tiles;
    await page.getByText(/с поздними данными и без ложных/).waitFor();
    assert.equal(asked.at(-1)[1], 'now');
    await page.getByLabel('Период').selectOption('24');
    await page.getByRole('slider', { name: 'Момент прошлого' }).focus();
    await page.keyboard.press('Home');
    const first = asked.length;
    await page.keyboard.press('Space');
    while (asked.length < first + 4) await page.waitForTimeout(200);
    await page.keyboard.press('Space');
    const moments = asked.slice(-3).map(([at]) => at);
    assert.ok(moments[0] < moments[1] && moments[1] <= moments[2], `time goes on: ${moments}`);
    await page.getByLabel('Период').selectOption('own');
    await page
      .locator('.past')
      .getByLabel(/^Конец/)
      .fill('2031-01-01T00:00');
    await page.getByText(/Начало должно быть раньше конца/).waitFor();
    assert.equal(await page.getByRole('button', { name: /Пуск/ }).isDisabled(), true);
    await page.keyboard.press('Escape');
  });

/** The request came through and its answer was lost: the worst of all, since nobody knows. */
const lostAnswer = () =>
  visit('/', {}, async (page) => {
    const id = await chooseSignal(page);
    await untilShown(page, id);
    await page.keyboard.press('a');
    await page.locator('[data-field="register_note"]').fill('дым с трассы');
    await page.route(`**/fires/${id}/register?**`, async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    });
    await page.locator('form button[type="submit"]').click();
    await page.getByRole('alert').getByText('Сервер не ответил').waitFor();
    const { number } = await untilStatus(page, id, 'registered');
    await page.getByText(`Пожар уже зарегистрирован: № ${number}`).waitFor();
    assert.equal(await page.locator('[data-field="register_note"]').inputValue(), 'дым с трассы');
    page.troubles = page.troubles.filter((text) => !/ERR_CONNECTION_RESET/.test(text));
  });

/** The request never came through: what was typed stands, and the same press does it once the line is back. */
const lostServer = () =>
  visit('/', {}, async (page, { context }) => {
    const id = await chooseSignal(page);
    await untilShown(page, id);
    await page.keyboard.press('a');
    await page.locator('[data-field="register_note"]').fill('со слов лесника');
    await context.setOffline(true);
    await page.locator('form button[type="submit"]').click();
    await page.getByRole('alert').getByText('Сервер не ответил').waitFor();
    await page.locator('.chip.offline').waitFor();
    assert.equal(await page.locator('[data-field="register_note"]').inputValue(), 'со слов лесника');
    await context.setOffline(false);
    await page.locator('.chip.online, .chip.late').waitFor();
    await page.locator('form button[type="submit"]').click();
    const { details } = await untilStatus(page, id, 'registered');
    assert.ok(
      JSON.stringify(await api(page, `/fires/${id}/log?${await worldQuery(page)}`)).includes(
        'со слов лесника',
      ),
      JSON.stringify(details),
    );
    page.troubles = page.troubles.filter((text) => !/ERR_INTERNET_DISCONNECTED/.test(text));
  });

async function ask(page, path, body, headers = {}) {
  return page.evaluate(
    async ([target, facts, more]) => {
      const csrf = /csrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';
      const answer = await fetch(`/api/v1${target}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf, ...more },
        body: JSON.stringify(facts),
      });
      return { status: answer.status, body: await answer.json() };
    },
    [path, body, headers],
  );
}

/** Two people type into one field of one fire: both are told of it. */
const oneField = () =>
  visit('/', {}, async (page) => {
    const id = await chooseSignal(page);
    await page.keyboard.press('a');
    const other = await (await page.context().browser().newContext()).newPage();
    try {
      await other.goto(`${BASE}/report`);
      const told = await ask(other, '/account/demo', { role: 'chief' });
      assert.ok(told.status < 300, JSON.stringify(told));
      await other.goto(`${BASE}/#${id}`);
      await other.locator('article h2').waitFor();
      await other.keyboard.press('a');
      await other.locator('[data-field="register_note"]').fill('раз');
      await page.locator('[data-field="register_note"]').fill('два');
      await page.locator('.presence .clash').waitFor();
      await other.locator('.presence .clash').waitFor();
    } finally {
      await other.context().close();
    }
  });

/** What the dispatcher writes stands under the resident's link, with the outcome. */
const words = () =>
  visit('/', {}, async (page) => {
    const query = await worldQuery(page);
    const token = crypto.randomUUID().replaceAll('-', '') + crypto.randomUUID().replaceAll('-', '');
    const snapshot = await api(page, `/snapshot?${query}`);
    const report = {
      ...{ source_kind: 'person', seen: 'smoke', text: 'дым за рекой', name: '', phone: '', photo: null },
      place: { method: 'coordinates', point: [129.7, 62.03] },
      observed_at: snapshot.world.now,
      answer_token: token.slice(0, 43),
    };
    const sent = await ask(page, `/reports?${query}`, report, { 'Idempotency-Key': crypto.randomUUID() });
    assert.equal(sent.status, 201, JSON.stringify(sent));
    await page.goto(`${BASE}/#${sent.body.id}`);
    await page.reload();
    await page.getByRole('heading', { name: 'Слова заявителю' }).waitFor();
    await page.getByText(/Ответ ждут до/).waitFor();
    await page.getByLabel('Слова заявителю').fill('Выслали группу, спасибо');
    await page.keyboard.press('Tab');
    await page
      .locator('article')
      .getByRole('button', { name: /Отклонить/ })
      .click();
    await page.locator('article input[type="radio"]').first().check();
    await page.locator('form').getByRole('button', { name: 'Отклонить' }).click();
    await page.getByText('«Выслали группу, спасибо»').waitFor();
    const link = await api(page, `/public/answers/${token.slice(0, 43)}?${query}`);
    assert.equal(link.words, 'Выслали группу, спасибо', JSON.stringify(link));
    assert.equal(link.outcome, 'rejected', JSON.stringify(link));
  });

const looks = (prefs) => () =>
  visit('/', { prefs, bypassCSP: true }, async (page) => {
    const said = WORDS[prefs.lang];
    await page.keyboard.press('m');
    await page.getByRole('heading', { name: said.measure }).waitFor();
    await clickMap(page, 0.4, 0.4);
    await measured(page).first().waitFor();
    assert.deepEqual(await findings(page, 'measuring', ['[data-fire]']), []);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('h');
    await page.getByRole('button', { name: said.then }).waitFor();
    assert.deepEqual(await findings(page, 'play-back', ['[data-fire]']), []);
    await page.keyboard.press('h');
    await page.keyboard.press('p');
    await page.locator('.sheet-dialog svg[role="img"] image').waitFor();
    await page.getByRole('heading', { name: said.sheet }).waitFor();
    assert.deepEqual(await findings(page, 'the sheet', ['[data-fire]']), []);
  });

export const tests = Object.fromEntries([
  ['a line and an area are measured by mouse and by keys', measuring],
  ['measuring begins at coordinates of the search', fromSearch],
  ['odd coordinates explain themselves and offer the likely reading', oddCoordinates],
  ['a map sheet has its block, its scale and one page', sheet],
  ['two windows follow each other, and one comes back whole', twoWindows],
  ['a window with the lists alone says so and can be made whole', aloneByAddress],
  ['the past plays, as known then and as known now', playing],
  ['a registration whose answer was lost is told as done', lostAnswer],
  ['a registration without a server keeps what was typed', lostServer],
  ['two people in one field are both told', oneField],
  ['words for a resident stand under his link with the outcome', words],
  ...LOOKS.map((prefs) => [
    `axe finds nothing on the instruments (${prefs.lang}, ${prefs.theme})`,
    looks(prefs),
  ]),
]);
