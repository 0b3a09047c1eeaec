/**
 * The server does not know any more who this is. Whoever was at work signs in over the page and goes on;
 * a page that was just opened leads to the sign-in page.
 */
import { mount } from 'svelte';
import { account } from '../../lib/account';
import Again from './Again.svelte';
import { texts } from './texts';
import { known } from './who';

let asking: Promise<void> | null = null;

/** Resolves when somebody has signed in again; several that wait share one dialog. */
export function again(): Promise<void> {
  asking ??= ask().finally(() => (asking = null));
  return asking;
}

const never = () => new Promise<void>(() => undefined);

async function ask(): Promise<void> {
  const me = await account.me();
  if (me.sign_in === 'demo') {
    location.replace('/report'); // the public has no other screen
    return never();
  }
  if (!known()) {
    const back = encodeURIComponent(location.pathname + location.search + location.hash);
    location.replace(`/sign-in?back=${back}`);
    return never();
  }
  texts();
  await new Promise<void>((resolve) => {
    mount(Again, {
      target: document.body,
      props: { subject: known(), provider: me.provider, ondone: resolve },
    });
  });
  dispatchEvent(new Event('online')); // the live channel tries at once
}
