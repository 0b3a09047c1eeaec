/** Keeps a word before the page's title, whatever else changes it; returns what ends that. */
export function entitle(word: string): () => void {
  const before = `${word.toUpperCase()} · `;
  const put = () => {
    if (!document.title.startsWith(before)) document.title = before + document.title;
  };
  put();
  const watcher = new MutationObserver(put);
  watcher.observe(document.head, { childList: true, characterData: true, subtree: true });
  return () => {
    watcher.disconnect();
    if (document.title.startsWith(before)) document.title = document.title.slice(before.length);
  };
}
