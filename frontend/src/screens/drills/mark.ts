/**
 * The mark of an exercise on a page that shows a world: a band that nobody can close, the page's title,
 * and the real situation beside it. A phone without a link goes by what it saw of that world before.
 */
import { mount } from 'svelte';
import { api } from '../../lib/api';
import Mark from './Mark.svelte';

const KEY = 'sylvan.drills';

function known(): string[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '[]') as string[];
  } catch {
    return [];
  }
}

function keep(name: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([...new Set([name, ...known()])].slice(0, 20)));
  } catch {
    // a private window: it is asked again next time
  }
}

/** Whether the world of this page's address is a drill. */
async function isDrill(name: string): Promise<boolean> {
  try {
    const world = (await api.worlds()).find((one) => one.name === name);
    if (world) {
      if (world.kind === 'drill') keep(name);
      return world.kind === 'drill';
    }
  } catch {
    // no link, or no right: what was seen before counts
  }
  return known().includes(name);
}

export async function mark(): Promise<void> {
  const name = new URLSearchParams(location.search).get('world');
  if (!name || !(await isDrill(name))) return;
  const [anchor] = document.body.children;
  mount(Mark, { target: document.body, props: { name }, ...(anchor ? { anchor } : {}) });
}
