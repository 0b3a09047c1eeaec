/** Tells when an element has really come into view on a visible page; an action for `use:`. */
export function seen(node: HTMLElement, tell: () => void) {
  let current = tell;
  let inView = typeof IntersectionObserver === 'undefined';
  const report = () => {
    if (inView && document.visibilityState === 'visible') current();
  };
  const observer =
    typeof IntersectionObserver === 'undefined'
      ? null
      : new IntersectionObserver((entries) => {
          inView = entries.some((entry) => entry.isIntersecting);
          report();
        });
  observer?.observe(node);
  document.addEventListener('visibilitychange', report);
  report();
  return {
    update(next: () => void) {
      current = next;
      report();
    },
    destroy() {
      observer?.disconnect();
      document.removeEventListener('visibilitychange', report);
    },
  };
}
