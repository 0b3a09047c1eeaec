// Wakes for alerts of Web Push alone: it keeps nothing and stands between no page and the server.
self.addEventListener('push', (event) => {
  let told;
  try {
    told = event.data ? event.data.json() : {};
  } catch {
    told = {};
  }
  const alarm = told.grade === 'alarm';
  event.waitUntil(
    self.registration.showNotification(told.title || 'Sylvan', {
      body: told.body || '',
      tag: told.tag || 'sylvan', // a second try of the same message takes the first one's place
      lang: told.language || 'ru',
      icon: '/icon.svg',
      badge: '/icon.svg',
      requireInteraction: alarm,
      silent: told.grade === 'info',
      vibrate: alarm ? [300, 120, 300, 120, 300] : undefined,
    }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: 'window', includeUncontrolled: true }).then((pages) => {
      const open = pages.find((page) => new URL(page.url).pathname === '/alerts');
      return open ? open.focus() : self.clients.openWindow('/alerts');
    }),
  );
});
