// @vitest-environment node
/** The API types on the screens are those of the server's published document, neither older nor touched. */
import { readFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';
import { expect, test } from 'vitest';

test('generated types equal the published document', async () => {
  const fresh = astToString(await openapiTS(new URL('../../openapi.json', import.meta.url)));
  const kept = readFileSync(new URL('../../src/lib/schema.d.ts', import.meta.url), 'utf8');
  expect(kept.slice(kept.indexOf('export interface paths'))).toBe(
    fresh.slice(fresh.indexOf('export interface paths')),
  );
});
