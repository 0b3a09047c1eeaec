// @vitest-environment node
/** What a first visit costs on a weak line, measured on a fresh build, compressed as a server sends it. */
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { beforeAll, expect, test, vi } from 'vitest';

type Output = Rolldown.OutputChunk | Rolldown.OutputAsset;
/** Bytes after gzip -9; fonts are counted apart, they are cached for good. */
const BUDGET = { dispatcher: 500_000, report: 60_000, field: 60_000, board: 120_000 };
let outputs: Output[] = [];

beforeAll(async () => {
  vi.stubEnv('NODE_ENV', 'production'); // else the test runner's own mode is built in
  vi.stubEnv('VITEST', undefined); // and Svelte's half for servers
  const result = (await build({ logLevel: 'silent', build: { write: false } })) as Rolldown.RolldownOutput;
  outputs = result.output;
}, 120_000);

function chunk(match: (chunk: Rolldown.OutputChunk) => boolean): Rolldown.OutputChunk {
  const found = outputs.find((item): item is Rolldown.OutputChunk => item.type === 'chunk' && match(item));
  if (!found) throw new Error('the build has no such chunk');
  return found;
}

/** A chunk, everything that it imports at once, and their styles. */
function closure(start: Rolldown.OutputChunk, seen = new Set<string>()): Set<string> {
  if (seen.has(start.fileName)) return seen;
  seen.add(start.fileName);
  const styles = (start as { viteMetadata?: { importedCss: Set<string> } }).viteMetadata?.importedCss ?? [];
  for (const style of styles) seen.add(style);
  for (const name of start.imports)
    closure(
      chunk((item) => item.fileName === name),
      seen,
    );
  return seen;
}

const entry = (name: string) => chunk((item) => item.isEntry && item.name === name);
const lazy = (file: string) => chunk((item) => item.facadeModuleId?.endsWith(file) ?? false);

function weight(files: Set<string>): number {
  return outputs
    .filter((item) => files.has(item.fileName))
    .reduce(
      (sum, item) => sum + gzipSync(item.type === 'chunk' ? item.code : item.source, { level: 9 }).length,
      0,
    );
}

test('what a panel reads to be told of its changes is still read in the build', () => {
  expect(lazy('FireCard.svelte').code).toContain('forcesAge');
  for (const [age, chunks] of [
    ['dangerAge', 3], // store, danger, regimes
    ['commandAge', 4], // store, the panel, the map, the card
  ] as const)
    expect(outputs.filter((item) => item.type === 'chunk' && item.code.includes(age)).length).toBe(chunks);
});

test('no page starts another one with what they share', () => {
  const entries = outputs.filter((item) => item.type === 'chunk' && item.isEntry);
  const all = new Set(entries.map(({ fileName }) => fileName));
  expect(all.size).toBe(12);
  for (const own of entries) {
    const foreign = [...closure(own as Rolldown.OutputChunk)].filter((name) => all.has(name));
    expect(foreign).toEqual([own.fileName]);
  }
});

test('dispatcher with map library and worker fits its budget', () => {
  const files = closure(entry('index'));
  closure(lazy('src/map/map.ts'), files);
  closure(lazy('locales/ru/ui.json'), files);
  for (const item of outputs) if (/maplibre-gl-worker.*\.js$/.test(item.fileName)) files.add(item.fileName);
  expect([...files].some((file) => file.includes('worker'))).toBe(true);
  expect(weight(files)).toBeLessThanOrEqual(BUDGET.dispatcher);
});

/** Words for refusals are kept from the first visit on, and read when there is one. */
test('report form fits a weak line and has no map code', () => {
  const files = closure(entry('report'));
  for (const part of ['ui', 'ui_report', 'terms', 'field']) closure(lazy(`locales/ru/${part}.json`), files);
  expect(weight(files)).toBeLessThanOrEqual(BUDGET.report);
  const code = outputs.filter((item) => files.has(item.fileName) && item.type === 'chunk');
  expect(code.some((item) => 'code' in item && /maplibregl-canvas/.test(item.code))).toBe(false);
});

test("a crew's page fits a weak line before its map is saved, and has no map code", () => {
  const files = closure(entry('field'));
  for (const part of ['ui', 'ui_field', 'terms', 'field']) closure(lazy(`locales/ru/${part}.json`), files);
  expect(weight(files)).toBeLessThanOrEqual(BUDGET.field);
  const code = outputs.filter((item) => files.has(item.fileName) && item.type === 'chunk');
  expect(code.some((item) => 'code' in item && /maplibregl-canvas/.test(item.code))).toBe(false);
});

test("an official's board fits a phone's line, and its map, bulletin and refusals come when they are asked for", () => {
  const files = closure(entry('board'));
  for (const part of ['ui', 'ui_board', 'ui_account', 'ui_alerts'])
    closure(lazy(`locales/ru/${part}.json`), files);
  closure(lazy('virtual:words/ru'), files);
  expect(weight(files)).toBeLessThanOrEqual(BUDGET.board);
  for (const part of ['Overview.svelte', 'Bulletin.svelte', 'locales/ru/problems.json'])
    expect(files.has(lazy(part).fileName)).toBe(false);
  const code = outputs.filter((item) => files.has(item.fileName) && item.type === 'chunk');
  expect(code.some((item) => 'code' in item && /maplibregl-canvas/.test(item.code))).toBe(false);
});

test('what a phone keeps to open without a network is all there, and holds no map', () => {
  const worker = chunk(({ fileName }) => fileName === 'phone-worker.js').code;
  const told = /pages:(\{.*?\]\})/.exec(worker)?.[1] ?? '';
  const pages = JSON.parse(told) as Record<'field' | 'report', string[]>;
  const built = new Set(outputs.map(({ fileName }) => `/${fileName}`));
  for (const page of ['field', 'report'] as const) {
    const files = pages[page];
    expect(files[0]).toBe(`/${page}`);
    expect(files.filter((file) => file.startsWith('/assets/') && !built.has(file))).toEqual([]);
    for (const name of closure(entry(page))) expect(files).toContain(`/${name}`);
    for (const lang of ['ru', 'en'])
      expect(files).toContain(`/${lazy(`locales/${lang}/ui_${page}.json`).fileName}`);
    expect(files.some((file) => file.includes('basemap'))).toBe(false);
  }
});

test('nothing built points to a foreign host', () => {
  // Namespaces, licences and links in error messages are words; only what a browser would fetch counts.
  const fetched =
    /\bsrc=["']https?:|<link[^>]+https?:|url\(["']?https?:|import\(["']https?:|@import\s+["']https?:/;
  const guilty = outputs.filter((item) => {
    const text = item.type === 'chunk' ? item.code : String(item.source);
    return /\.(js|css|html)$/.test(item.fileName) && fetched.test(text);
  });
  expect(guilty.map((item) => item.fileName)).toEqual([]);
});
