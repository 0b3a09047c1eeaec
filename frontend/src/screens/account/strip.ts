/** In a demo, the ready roles above a page that has no top bar. */
import { mount } from 'svelte';
import { account } from '../../lib/account';
import Strip from './Strip.svelte';
import { texts } from './texts';

export async function strip(target: HTMLElement): Promise<void> {
  const me = await account.me().catch(() => null);
  if (me?.sign_in !== 'demo') return;
  texts();
  mount(Strip, { target, props: { me }, ...(target.firstChild ? { anchor: target.firstChild } : {}) });
}
