// Does nothing by itself: a page on a phone needs a worker to show notifications.
self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const isOurs = ({ url }) => url === event.notification.data
  event.waitUntil(
    self.clients
      .matchAll({ type: 'window', includeUncontrolled: true })
      .then((pages) => pages.find(isOurs)?.focus()),
  )
})
