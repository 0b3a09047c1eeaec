/** What a partner owns: on the dispatcher's map, in the fire's card with whom to ring, and in no other's. */
import assert from 'node:assert/strict';
import { BASE } from './browser.mjs';
import { api, become, visit, worldQuery } from './screens.mjs';

const MAP_MS = 60_000;

const send = (page, method, path, body) =>
  page.evaluate(
    async ([way, target, told]) => {
      const csrf = /csrf=([^;]+)/.exec(document.cookie)?.[1] ?? '';
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf, 'If-Match': '*' };
      const options = { method: way, headers, body: told ? JSON.stringify(told) : undefined };
      return (await fetch(`/api/v1${target}`, options)).json();
    },
    [method, path, body],
  );

export const tests = {
  async 'what a partner owns is on the map at once, with whom to ring in the card and in the threats'() {
    const options = { prefs: { lang: 'ru', theme: 'day' } };
    await visit('/', options, async (page) => {
      const query = await worldQuery(page);
      const { fires } = await api(page, `/snapshot?${query}`);
      const fire = fires.find(({ status, activity }) => status === 'signal' && activity === 'burning');
      assert.ok(fire, 'a fire to stand near to');
      const [lon, lat] = fire.point;
      const name = `Вышка ${Date.now()}`;
      await become(page, 'partner');
      const made = await send(page, 'POST', `/assets?${query}`, {
        external_id: name,
        kind: 'tower',
        name: { ru: name },
        geometry: { type: 'Point', coordinates: [lon + 0.004, lat + 0.002] },
        watch_km: 20,
        contacts: [{ name: 'Дежурный', phone: '+7 4112 00-00-00' }],
      });
      assert.equal(made.owner, 'sample-gas');
      await become(page, 'dispatcher');
      await page.goto(`${BASE}/?${query}#${fire.id}`); // as links to a fire do
      await page.locator('section.card, article').first().waitFor();

      // in the threats: name, owner, contact
      const row = page.locator('li', { hasText: name });
      await row.first().waitFor({ timeout: MAP_MS });
      const text = await row.first().innerText();
      assert.match(text, /sample-gas/);
      await row.first().getByRole('link', { name: '+7 4112 00-00-00' }).waitFor();

      // on the map, and its card
      await page.waitForFunction(
        (id) =>
          window.sylvanMap?.getLayer('x-assets-point') &&
          window.sylvanMap.querySourceFeatures('x-assets').some((one) => one.properties.id === id),
        made.id,
        { timeout: MAP_MS },
      );
      const spot = await page.evaluate(
        ([x, y]) => {
          window.sylvanMap.jumpTo({ center: [x, y], zoom: 15 }); /* nothing else is so close */
          const { left, top } = window.sylvanMap.getCanvas().getBoundingClientRect();
          const at = window.sylvanMap.project([x, y]);
          return [left + at.x, top + at.y];
        },
        [lon + 0.004, lat + 0.002],
      );
      await page.waitForFunction(() => window.sylvanMap.loaded(), null, { timeout: MAP_MS });
      await page.mouse.click(...spot);
      const card = page.getByRole('group', { name: 'Объект партнёра' });
      await card.waitFor();
      await card.getByText('владелец sample-gas').waitFor();
      if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT });

      await become(page, 'partner');
      const gone = await send(page, 'POST', `/assets/${made.id}/retire?${query}`);
      assert.ok(gone.retired_at);
      await become(page, 'dispatcher');
    });
  },
};
