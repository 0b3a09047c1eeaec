/** Waking this browser while no page is open. The service worker is fetched when somebody agrees. */
import { alerts } from './post';

export type PushState = 'off' | 'on' | 'denied' | 'impossible';

const possible = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window && isSecureContext;

export async function pushState(): Promise<PushState> {
  if (!possible()) return 'impossible';
  if (Notification.permission === 'denied') return 'denied';
  const worker = await navigator.serviceWorker.getRegistration('/');
  return (await worker?.pushManager.getSubscription()) ? 'on' : 'off';
}

/** Called from a click: browsers ask for the permission only then. */
export async function agree(): Promise<PushState> {
  if (!possible()) return 'impossible';
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  const worker = await navigator.serviceWorker.register('/sw.js');
  await navigator.serviceWorker.ready;
  const { key } = await alerts.pushKey();
  const made = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(key),
  });
  const told = made.toJSON();
  await alerts.agree({
    endpoint: made.endpoint,
    p256dh: told.keys?.['p256dh'] ?? '',
    auth: told.keys?.['auth'] ?? '',
  });
  return 'on';
}

export async function takeBack(): Promise<PushState> {
  const worker = await navigator.serviceWorker.getRegistration('/');
  const held = await worker?.pushManager.getSubscription();
  if (held) {
    await alerts.takeBack(held.endpoint);
    await held.unsubscribe();
  }
  return 'off';
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
