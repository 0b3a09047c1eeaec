import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { catalogues } from './vite.words.ts';

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

/** What a page of a phone needs to open without a network, by the part of its sources that names a lazy one. */
const CARRIED: Record<string, RegExp> = {
  field:
    /locales\/\w+\/(ui|ui_field|problems|terms|field|command|order|edges|forces)\.json$|screens\/field\/(Choose|Edge|MapTab|Queue|ReportTab)\.svelte$|screens\/drills\/mark\.ts$/,
  report:
    /locales\/\w+\/(ui|ui_report|problems|terms|field)\.json$|screens\/report\/(Answer|Sent)\.svelte$|screens\/drills\/mark\.ts$/,
};

/** Tells the phones' worker which files to keep; its version changes with any of them. */
function phoneWorker(): Plugin {
  return {
    name: 'phone-worker',
    enforce: 'post', // chunks that were only styles are gone by then
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((item) => item.type === 'chunk');
      const closure = (name: string, seen: Set<string>): Set<string> => {
        const found = bundle[name];
        if (seen.has(name) || found?.type !== 'chunk') return seen;
        seen.add(name);
        for (const style of found.viteMetadata?.importedCss ?? []) seen.add(style);
        for (const other of found.imports) closure(other, seen);
        return seen;
      };
      const pages = Object.entries(CARRIED).map(([page, lazy]) => {
        const files = new Set<string>();
        for (const item of chunks) {
          const isPage = item.isEntry && item.name === page;
          if (isPage || lazy.test(item.facadeModuleId ?? '')) closure(item.fileName, files);
        }
        const fonts = Object.keys(bundle).filter((file) =>
          /inter-(latin|cyrillic)-wght.*\.woff2$/.test(file),
        );
        const beside = ['theme.js', 'icon.svg', 'icon-192.png', `${page}.webmanifest`];
        const all = [...files, ...fonts, ...beside].map((file) => `/${file}`);
        return [page, [`/${page}`, ...all]] as const;
      });
      const told = JSON.stringify(Object.fromEntries(pages));
      const version = createHash('sha256').update(told).digest('hex').slice(0, 12);
      const worker = chunks.find(({ fileName }) => fileName === WORKER);
      if (!worker) throw new Error('the build has no worker for phones');
      worker.code = worker.code.replace('__PRECACHE__', `{version:"${version}",pages:${told}}`);
      if (/__PRECACHE__|^import|^export/m.test(worker.code))
        throw new Error('the worker of phones must stand alone');
    },
  };
}
const WORKER = 'phone-worker.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Another folder: a build with one more language, tried before it is put in. */
const LOCALES = process.env.SYLVAN_LOCALES ?? here('../sylvan/locales');

/** Offices still run browsers of the Chrome 109 generation (the last one for Windows 7). */
const OLDEST_BROWSER = 'chrome109';

export default defineConfig({
  plugins: [bareIcons(), catalogues(LOCALES), svelte(), svelteTesting(), phoneWorker()],
  base: '/',
  resolve: {
    alias: {
      '@locales': LOCALES,
      '@styles': here('../gis_layers/styles'),
      fflate: here('src/map/unpack.ts'),
    },
  },
  build: {
    outDir: process.env.SYLVAN_STATIC ?? here('../sylvan/static'),
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
        drills: here('drills.html'),
        admin: here('admin.html'),
        alerts: here('alerts.html'),
        board: here('board.html'),
        partner: here('partner.html'),
        field: here('field.html'),
        'phone-worker': here('src/phone/worker.ts'),
      },
      // Small pieces are packed worse, and each has its name in the first one.
      output: {
        entryFileNames: ({ name }) => (name === 'phone-worker' ? WORKER : 'assets/[name]-[hash].js'),
        codeSplitting: {
          groups: [
            {
              name: 'account',
              test: /screens[\\/]account[\\/](AccountMenu|Again|again|ReadyRoles|SignInForm|Strip|strip|texts|who|leave)\.|lib[\\/](account|home)\./,
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
