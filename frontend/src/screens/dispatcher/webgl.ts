/** Whether this machine can draw the map at all; asked before the map's code is even loaded. */
export function hasWebGl(): boolean {
  try {
    return document.createElement('canvas').getContext('webgl2') !== null;
  } catch {
    return false;
  }
}
