/** Addresses of one screen that another one leads to. */

/** A fire's card on the map; without a world in the one that the server shows first. */
export function onMap(id: string, world = ''): string {
  return `/${world && `?world=${encodeURIComponent(world)}`}#${id}`;
}

/** The world of this page's own address; empty where it names none. */
export const worldHere = (): string => new URLSearchParams(location.search).get('world') ?? '';
