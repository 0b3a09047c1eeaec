/** Signing in and out, the second factor, and the demo's ready roles. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { BASE, launch } from './browser.mjs';
import { visit } from './screens.mjs';

/** The one-time link of a server where people sign in; without it these journeys have no door. */
const LINK = process.env.SYLVAN_FIRST_LINK ?? '';
const PASSWORD = 'four words nobody says';

/** A code of now, as a phone shows it (RFC 6238). */
function code(secret, ahead = 0) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((one) => letters.indexOf(one).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from(bits.match(/.{8}/g).map((one) => parseInt(one, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const mac = createHmac('sha1', bytes).update(step).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, '0');
}

const me = (page) => page.evaluate(async () => (await fetch('/api/v1/account/me')).json());

const inDemo = {
  'in the demo a role is chosen and seen through its eyes': () =>
    visit('/', {}, async (page) => {
      const roles = page.getByLabel('Показ, роль');
      await roles.waitFor();
      assert.equal((await me(page)).role, 'dispatcher');
      assert.equal(await roles.locator('option').count(), 9);
      await roles.selectOption('chief');
      await page.waitForFunction(
        async () => (await (await fetch('/api/v1/account/me')).json()).role === 'chief',
      );
      await page.getByLabel('Показ, роль').waitFor();
      await page.getByLabel('Показ, роль').selectOption('public');
      await page.waitForURL('**/report');
      await page.getByLabel('Показ, роль').selectOption('dispatcher');
      await page.waitForURL((url) => url.pathname === '/');
      await page.getByLabel('Показ, роль').waitFor();
      assert.equal((await me(page)).role, 'dispatcher');
      // the map that was left behind may still have asked, in the name of the public
      page.troubles = page.troubles.filter((text) => !/status of 401/.test(text));
    }),
};

async function signedIn() {
  const browser = await launch();
  try {
    const page = await browser.newPage({ lang: 'ru', theme: 'day' });
    await page.goto(BASE + LINK.slice(LINK.indexOf('/welcome')));
    await page.getByLabel('Имя и фамилия').fill('Анна Егорова');
    await page.getByLabel('Новый пароль').fill(PASSWORD);
    await page.getByLabel('Ещё раз').fill(PASSWORD);
    await page.getByRole('button', { name: 'Сохранить и войти' }).click();
    await page.getByRole('button', { name: 'Настроить' }).click();
    await page.getByAltText('QR-код для приложения с кодами').waitFor();
    const secret = await page.locator('code').textContent();
    await page.getByLabel('Код из приложения').fill(code(secret, -1));
    await page.getByRole('button', { name: 'Подтвердить' }).click();
    await page.waitForURL((url) => url.pathname === '/');

    await page.getByRole('button', { name: 'Анна Егорова' }).click();
    await page.getByRole('link', { name: 'Люди и ключи' }).click();
    await page.getByRole('button', { name: 'Пригласить' }).first().click();
    await page.getByLabel('Имя для входа').fill('boris');
    await page.locator('form').getByRole('button', { name: 'Пригласить' }).click();
    await page.getByLabel('Ссылка показана один раз').waitFor();
    await page.getByRole('rowheader', { name: 'boris' }).waitFor();

    // nobody but her has come in, and an administrator is on no duty
    await page.getByRole('link', { name: 'Администрирование' }).click();
    await page.locator('#tab-territories[aria-selected=true]').waitFor();
    const gaps = page.getByRole('alert').filter({ hasText: 'Некому зарегистрировать пожар: везде' });
    await gaps.filter({ hasText: 'Никто не получит оповещение о пожаре: везде' }).waitFor();
    for (const name of ['Слои', 'Правила', 'Источники', 'Состояние'])
      await page.getByRole('tab', { name }).waitFor();
    await page.getByRole('link', { name: 'Силы' }).waitFor();
    await gaps.getByRole('link', { name: 'Дать права людям' }).click();
    await page.getByRole('rowheader', { name: 'boris' }).waitFor();

    await page.getByRole('link', { name: 'К карте' }).click();
    await page.getByRole('button', { name: 'Анна Егорова' }).click();
    await page.getByRole('button', { name: 'Выйти' }).click();
    await page.waitForURL('**/sign-in');

    await page.goto(`${BASE}/people`);
    await page.waitForURL('**/sign-in?back=*');
    await page.getByLabel('Имя для входа').fill('admin');
    await page.getByLabel('Пароль').fill('a wrong one of hers');
    await page.getByRole('button', { name: 'Войти', exact: true }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Пароль').fill(PASSWORD);
    await page.getByRole('button', { name: 'Войти', exact: true }).click();
    await page.getByLabel('Код из приложения').fill(code(secret));
    await page.getByRole('button', { name: 'Войти', exact: true }).click();
    await page.waitForURL('**/people');
    await page.getByRole('rowheader', { name: 'boris' }).waitFor();

    // the session ends elsewhere while something is being typed
    await page.getByRole('button', { name: 'Пригласить' }).first().click();
    await page.getByLabel('Имя для входа').fill('vera');
    await page.context().clearCookies();
    await page.locator('form').getByRole('button', { name: 'Пригласить' }).click();
    const again = page.getByRole('dialog', { name: 'Вы вышли' });
    await again.waitFor();
    await again.getByLabel('Пароль').fill(PASSWORD);
    await again.getByRole('button', { name: 'Войти', exact: true }).click();
    await again.getByLabel('Код из приложения').fill(code(secret, 1));
    await again.getByRole('button', { name: 'Войти', exact: true }).click();
    await page.getByRole('rowheader', { name: 'vera' }).waitFor();
    // refusals are told to the console by the browser itself
    page.troubles = page.troubles.filter((text) => !/status of 40[13]/.test(text));
    assert.deepEqual(page.troubles, []);
  } finally {
    await browser.close();
  }
}

export const tests = LINK
  ? { 'first link, second factor, people, sign out, sign in, an ended session': signedIn }
  : inDemo;
