import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Offices still run browsers of the Chrome 109 generation (the last one for Windows 7). */
const OLDEST_BROWSER = 'chrome109';

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  base: '/',
  resolve: { alias: { '@locales': here('../sylvan/locales'), '@styles': here('../gis_layers/styles') } },
  build: {
    outDir: here('../sylvan/static'),
    emptyOutDir: true,
    target: OLDEST_BROWSER,
    cssTarget: OLDEST_BROWSER,
    // The map library with its worker is one chunk by nature; tests/unit/bundle.test.ts holds the budget.
    chunkSizeWarningLimit: 1500,
    rollupOptions: { input: { index: here('index.html'), report: here('report.html') } },
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8600', ws: true }, '/basemap.pmtiles': 'http://127.0.0.1:8600' } },
  test: { include: ['tests/unit/**/*.test.ts'], environment: 'jsdom', testTimeout: 20_000 },
});
