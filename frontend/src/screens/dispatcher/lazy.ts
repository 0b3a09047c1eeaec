/**
 * Panels that the first picture does not need. They are fetched right after it, before anybody asks, so
 * that a card still opens when the line breaks later.
 */
export const panels = {
  alerts: () => import('../alerts/AlertBell.svelte'),
  account: () => import('../account/AccountMenu.svelte'),
  fire: () => import('./FireCard.svelte'),
  bar: () => import('./duty/QueueBar.svelte'),
  report: () => import('./ReportCard.svelte'),
  search: () => import('./Search.svelte'),
  health: () => import('./HealthPanel.svelte'),
  help: () => import('./Help.svelte'),
  legend: () => import('./LayersPanel.svelte'),
  layers: () => import('./LayersBody.svelte'),
  call: () => import('./CallCard.svelte'),
  banner: () => import('./WorldBanner.svelte'),
  worlds: () => import('./WorldMenu.svelte'),
  feeds: () => import('./FeedList.svelte'),
  buttons: () => import('./MapButtons.svelte'),
  foot: () => import('./MapFoot.svelte'),
  timeline: () => import('./Timeline.svelte'),
  overlay: () => import('./MapOverlay.svelte'),
  simple: () => import('./NoMap.svelte'),
  tool: () => import('./tools/ToolPanel.svelte'),
  past: () => import('./PastBar.svelte'),
  heat: () => import('./heat/HeatPanel.svelte'),
  command: () => import('./command/CommandPanel.svelte'),
  forces: () => import('./forces/ForcesPanel.svelte'),
  apart: () => import('./apart/ApartBar.svelte'),
  sheet: () => import('./sheet/SheetDialog.svelte'),
  danger: () => import('./danger/DangerPanel.svelte'),
};

/** What keys and buttons take up. */
export const tools = {
  measure: () => import('./measure/measure.svelte'),
  apart: () => import('./apart/apart.svelte'),
};

export function warmUp(): void {
  const fetchAll = () =>
    void Promise.allSettled([...Object.values(panels), ...Object.values(tools)].map((load) => load()));
  if ('requestIdleCallback' in window) requestIdleCallback(fetchAll, { timeout: 3000 });
  else setTimeout(fetchAll, 1500);
}
