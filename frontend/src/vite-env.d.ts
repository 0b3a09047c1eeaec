/// <reference types="vite/client" />

declare module 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url' {
  const url: string;
  export default url;
}

/** Catalogues by language (`/ru/`), read together: vite.words.ts. */
declare module 'virtual:*' {
  const files: Record<string, () => Promise<{ default: Record<string, string | Record<string, string>> }>>;
  export default files;
}
