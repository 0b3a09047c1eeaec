/**
 * Browser tests against a running server: SYLVAN_URL=http://127.0.0.1:8600 node tests/e2e/run.mjs [part of a file or name]…
 *
 * Each file of this folder that ends in `.test.mjs` gives `tests`: names to functions. One browser at a
 * time; a test fails by throwing, and any console error or foreign request fails it too.
 */
import { readdirSync } from 'node:fs';
import { BASE, quit } from './browser.mjs';

const here = new URL('.', import.meta.url);
const wanted = process.argv.slice(2);
const failures = [];
let passed = 0;

console.log(`browser tests against ${BASE}`);
for (const file of readdirSync(here)
  .filter((name) => name.endsWith('.test.mjs'))
  .sort()) {
  const { tests } = await import(new URL(file, here));
  for (const [name, test] of Object.entries(tests)) {
    if (wanted.length && !wanted.some((part) => `${file} ${name}`.includes(part))) continue;
    const start = Date.now();
    try {
      await test();
      passed += 1;
      console.log(`  ok    ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failures.push(name);
      console.log(`  FAIL  ${name}\n${String(error?.stack ?? error).replace(/^/gm, '        ')}`);
    }
  }
}
await quit();
console.log(`${passed} passed, ${failures.length} failed`);
if (failures.length || !passed) process.exit(1);
