/** The page as an app: its worker, a new version that waits, the way onto the home screen. */
interface InstallEvent extends Event {
  prompt(): Promise<void>;
}

export const app = $state<{ update: (() => void) | null; install: (() => void) | null }>({
  update: null,
  install: null,
});

/** Whether the browser lets a page work without a network here (https, or the machine itself). */
export const secure = window.isSecureContext;

export async function serve(page: 'field' | 'report'): Promise<void> {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    app.install = () => {
      app.install = null;
      void (event as InstallEvent).prompt();
    };
  });
  if (!secure || !navigator.serviceWorker || import.meta.env.DEV) return;
  const found = await navigator.serviceWorker.register(`/phone-worker.js?page=${page}`, {
    scope: `/${page}`,
  });
  const offer = () => {
    const { waiting } = found;
    if (waiting && navigator.serviceWorker.controller) app.update = () => waiting.postMessage('skip-waiting');
  };
  offer();
  found.addEventListener('updatefound', () => found.installing?.addEventListener('statechange', offer));
  let asked = false;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (app.update && !asked) location.reload(); // only where somebody pressed "install"
    asked = true;
  });
}
