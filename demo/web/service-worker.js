// Shows what Herald sends: docs/providers/webpush.md says what is in it.

self.addEventListener('push', (event) => {
  event.waitUntil(show(event.data.json()))
})

/** Whatever comes has to be shown, or the browser shows something else. */
async function show({ title, body, tag, badge, silent, data, herald }) {
  // What is shown with the same tag is replaced; where it makes a sound, it does so again.
  const options = { body, tag, silent, renotify: !silent, data: { herald, data } }
  await self.registration.showNotification(title, options)
  // The number on the icon of an installed app; not all browsers have one.
  if (badge > 0) await self.navigator.setAppBadge?.(badge)
  else await self.navigator.clearAppBadge?.()
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data.herald))
})

/** Brings a page of the app to the front, and tells it which conversation is meant. */
async function open({ conversation, ref }) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const [page] = pages
  if (page === undefined) {
    await self.clients.openWindow(`./?conversation=${encodeURIComponent(conversation)}`)
    return
  }
  await page.focus()
  // `ref` is what a receipt names: see docs/providers/webpush.md.
  page.postMessage({ kind: 'open', conversation, ref })
}
