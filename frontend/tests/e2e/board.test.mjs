/** The official's board: from sign-in to decided, seen and issued; axe in every language by every light. */
import assert from 'node:assert/strict';
import { findings } from './access.test.mjs';
import { BASE, launch, settled } from './browser.mjs';
import { LOOKS, api, colleague, visit, worldQuery } from './screens.mjs';

const PHONE = { width: 390, height: 844 };
const PLACE = 'suntarsky';

/** Chooses the ready role of an official, who begins with his board. */
async function become(page, words = 'Показ, роль') {
  const loaded = page.waitForEvent('load'); // the board itself may stand there already, as another's
  await page.getByLabel(words).selectOption('official');
  await loaded;
  assert.equal(new URL(page.url()).pathname, '/board');
  await settled(page);
  await page.locator('#asked').waitFor();
}

/** A signal of his territory that is near people, as the dispatcher has it. */
async function signal(page) {
  const query = await worldQuery(page);
  for (let turn = 0; turn < 60; turn++) {
    const { fires } = await api(page, `/board?${query}&territory=${PLACE}`);
    const found = fires.rows.find(
      (fire) => fire.status === 'signal' && fire.inside && !fire.doubtful && fire.nearest?.distance_km < 9,
    );
    if (found) return found.id;
    await page.waitForTimeout(1000);
  }
  throw new Error('no signal near a settlement of the territory');
}

/** Somebody else, at the dispatcher's desk. */
async function atTheDesk(steps) {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(`${BASE}/report`);
    return await steps(page);
  } finally {
    await browser.close();
  }
}

const changes = () =>
  visit('/', {}, async (page) => {
    await become(page);
    assert.equal(await page.locator('h1').textContent(), 'Сунтарский улус');
    const seen = page.getByRole('button', { name: 'Просмотрено' });
    await seen.click();
    await page.getByRole('status').filter({ hasText: 'Отмечено' }).waitFor();

    const fire = await atTheDesk(async (desk) => {
      const id = await signal(desk);
      await colleague(desk, id, 'register', { first_area_ha: 2 });
      return api(desk, `/fires/${id}?${await worldQuery(desk)}`);
    });
    const line = page.locator('#changes li', { hasText: 'Зарегистрирован' }).filter({ hasText: fire.number });
    await line.waitFor(); // by itself
    await page.reload();
    await line.waitFor(); // and a reload takes nothing away
    assert.match(await line.getByRole('link').getAttribute('href'), new RegExp(`#${fire.id}$`));

    await page
      .getByRole('list', { name: 'Главное в цифрах' })
      .getByRole('link', { name: /^Пожары/ })
      .click();
    const row = page.locator('#fires li', { hasText: fire.number });
    await row.getByText('сил нет').waitFor();
    assert.equal(
      await page.getByRole('button', { name: 'Пожары', exact: true }).getAttribute('aria-pressed'),
      'true',
    );

    await seen.click();
    await line.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Вернуть' }).click();
    await line.waitFor();
  });

const alarm = () =>
  visit('/', {}, async (page) => {
    await become(page);
    const waits = page
      .locator('#alerts article')
      .filter({ has: page.getByRole('button', { name: 'Принял' }) });
    await waits.first().getByRole('button', { name: 'Принял' }).click(); // the demo alarms about Suntar
    await page.locator('#alerts').getByRole('status').filter({ hasText: 'Принял demo-official' }).waitFor();
  });

const bulletin = () =>
  visit('/', {}, async (page) => {
    await become(page);
    await page.getByRole('button', { name: 'Посмотреть сводку' }).click();
    const part = page.locator('#bulletin');
    await part
      .getByText(/Сунтарский улус/)
      .first()
      .waitFor();
    await part.getByRole('button', { name: 'Выпустить' }).click();
    await part.getByText('Готова к отправке').waitFor();
    const taken = page.waitForEvent('download');
    await part.getByRole('link', { name: 'DOCX' }).click();
    assert.match((await taken).suggestedFilename(), /^bulletin-SV-\d{4}-\d{4}-v1-ru\.docx$/);
  });

const territories = () =>
  visit(`/board?territory=${PLACE}`, {}, async (page) => {
    assert.equal(await page.locator('h1').textContent(), 'Сунтарский улус');
    const choice = page.getByLabel('Территория');
    assert.equal(await choice.inputValue(), PLACE);
    await choice.selectOption('');
    await page.locator('h1', { hasText: 'Якутия' }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('territory'), null);
    await page.goto(`${BASE}/board?territory=nowhere`);
    await page.getByRole('alert').filter({ hasText: 'nowhere' }).waitFor();
    page.troubles = page.troubles.filter((text) => !/status of 404/.test(text));
  });

const cut = () =>
  visit('/board', {}, async (page, browser) => {
    await page.getByText('Обновляется сама').waitFor();
    await browser.context.setOffline(true);
    await page.getByText('Нет связи').waitFor();
    await page.locator('#fires').waitFor(); // what was known stays
    await browser.context.setOffline(false);
    await page.getByText('Нет связи').waitFor({ state: 'detached' });
    page.troubles = page.troubles.filter((text) => !/ERR_INTERNET_DISCONNECTED|ERR_NETWORK/.test(text));
  });

const WORDS = {
  ru: ['Показ, роль', 'Посмотреть сводку', 'Показать карту'],
  en: ['Demo role', 'Look at the bulletin', 'Show the map'],
};

const look = (prefs, size) => () =>
  visit('/board', { prefs, size, bypassCSP: true }, async (page) => {
    const [role, ...parts] = WORDS[prefs.lang];
    await become(page, role);
    for (const name of parts) await page.getByRole('button', { name }).click();
    await page.locator('#bulletin .preview').waitFor();
    await page.locator('#overview svg').waitFor();
    assert.deepEqual(await findings(page, 'board'), []);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wider <= 0, 'nothing sticks out at the side');
  });

export const tests = Object.fromEntries([
  ['an official begins with his board, and is told what changed until he has seen it', changes],
  ['an alarm is taken on the board', alarm],
  ['the morning bulletin is read, issued and taken', bulletin],
  ['the board of one territory has an address of its own', territories],
  ['a board without a line says so, and goes on by itself', cut],
  ...LOOKS.map((prefs, i) => [
    `axe finds nothing on the board (${prefs.lang}, ${prefs.theme})`,
    look(prefs, i % 2 ? PHONE : {}),
  ]),
  ['axe finds nothing on the board in high contrast', look({ ...LOOKS[1], contrast: 'high' }, {})],
]);
