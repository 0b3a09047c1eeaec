/// <reference lib="webworker" />
/**
 * Makes a page of a phone open without a network: its files are kept when it is first opened, and a new version
 * waits until the person agrees. Nothing of the API is ever answered from here.
 */
const worker = self as unknown as ServiceWorkerGlobalScope;
/** Filled in by the build: for each page its file and all that it needs. */
declare const __PRECACHE__: { version: string; pages: Record<string, string[]> };

const page = new URL(self.location.href).searchParams.get('page') ?? 'field';
const { version, pages } = __PRECACHE__;
const CACHE = `sylvan-${page}-${version}`;
const files = pages[page] ?? [];
const shell = files[0] ?? '/';

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(files.map((file) => new Request(file, { cache: 'no-cache' })))),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(forgetOld().then(() => worker.clients.claim()));
});

worker.addEventListener('message', (event) => {
  if (event.data === 'skip-waiting') void worker.skipWaiting();
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(kept(shell, request));
  else if (url.pathname.startsWith('/assets/') || files.includes(url.pathname))
    event.respondWith(kept(url.pathname, request));
});

async function forgetOld(): Promise<void> {
  for (const name of await caches.keys())
    if (name.startsWith(`sylvan-${page}-`) && name !== CACHE) await caches.delete(name);
}

/** From what is kept, else from the network; what comes is kept, names of files change with what is in them. */
async function kept(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const found = await cache.match(path, { ignoreVary: true });
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok && answer.status === 200 && path.startsWith('/assets/'))
    await cache.put(path, answer.clone());
  return answer;
}
