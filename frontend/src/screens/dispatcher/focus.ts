/** Moves the focus to where the next key is expected, without scrolling the page. */
export function focus(node: HTMLElement) {
  node.focus({ preventScroll: true });
}
