import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Only the strokes of an icon are shipped: size, colour and frame are ours (ui/Icon.svelte). */
function bareIcons(): Plugin {
  return {
    name: 'bare-icons',
    enforce: 'pre',
    async load(id) {
      const [file, query] = id.split('?');
      if (query !== 'raw' || !file?.includes('lucide-static/icons/')) return null;
      const text = await readFile(file, 'utf8');
      const inner = text.replace(/<!--.*?-->/s, '').replace(/^[^]*?<svg[^>]*>|<\/svg>\s*$/g, '');
      return `export default ${JSON.stringify(inner.replace(/\s+/g, ' ').trim())}`;
    },
  };
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Offices still run browsers of the Chrome 109 generation (the last one for Windows 7). */
const OLDEST_BROWSER = 'chrome109';

export default defineConfig({
  plugins: [bareIcons(), svelte(), svelteTesting()],
  base: '/',
  resolve: {
    alias: {
      '@locales': here('../sylvan/locales'),
      '@styles': here('../gis_layers/styles'),
      fflate: here('src/map/unpack.ts'),
    },
  },
  build: {
    outDir: here('../sylvan/static'),
    emptyOutDir: true,
    target: OLDEST_BROWSER,
    modulePreload: { polyfill: false },
    cssTarget: OLDEST_BROWSER,
    // The map library with its worker is one chunk by nature; tests/unit/bundle.test.ts holds the budget.
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      input: {
        index: here('index.html'),
        report: here('report.html'),
        'sign-in': here('sign-in.html'),
        people: here('people.html'),
        figures: here('figures.html'),
        alerts: here('alerts.html'),
        partner: here('partner.html'),
      },
      // Small pieces are packed worse, and each has its name in the first one.
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'account',
              test: /screens[\\/]account[\\/](AccountMenu|Again|again|ReadyRoles|SignInForm|Strip|strip|texts|who|leave)\.|lib[\\/]account\./,
              includeDependenciesRecursively: false,
            },
            {
              name: 'common',
              test: /src[\\/](lib[\\/](time|fires|i18n|may|prefs|api)|ui[\\/](Icon|icons))\./,
            },
          ],
        },
      },
      // Reading a property is how a panel says what it wants to be told of: it must not be shaken off.
      treeshake: { propertyReadSideEffects: 'always', unknownGlobalSideEffects: false },
    },
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/api': { target: 'http://127.0.0.1:8600', ws: true },
      '/basemap.pmtiles': 'http://127.0.0.1:8600',
    },
  },
  test: { include: ['tests/unit/**/*.test.ts'], environment: 'jsdom', testTimeout: 20_000 },
});
