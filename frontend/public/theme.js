// Runs before the first paint, so that a night shift is never flashed with a white page.
(function () {
  var root = document.documentElement;
  try {
    var saved = JSON.parse(localStorage.getItem('sylvan.prefs') || '{}');
    var dark = window.matchMedia && matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = saved.theme || (dark ? 'night' : 'day');
    root.dataset.contrast = saved.contrast || 'normal';
    root.lang = saved.lang || 'ru';
  } catch {
    root.dataset.theme = 'day'; // storage is forbidden or damaged: defaults are fine
  }
})();
