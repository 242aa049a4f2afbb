import { refresh } from './frame.ts'
import { at } from './state.ts'

/** New versions: taken when asked for, and only once what is being typed is kept. */
let waitingWorker: ServiceWorker | null = null
export const takeUpdate = async () => {
  await at.flush()
  waitingWorker?.postMessage('go')
}
export const startWorker = async () => {
  if (!('serviceWorker' in navigator)) return
  let had = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // The first worker takes over a page that is already the newest.
    if (had) void at.flush().then(() => location.reload())
    had = true
  })
  const r = await navigator.serviceWorker.register('/field/sw.js', { scope: '/field' }).catch(() => null)
  if (!r) return
  const ready = (w: ServiceWorker | null) => {
    if (!w || !navigator.serviceWorker.controller) return
    waitingWorker = w
    at.update = true
    refresh()
  }
  ready(r.waiting)
  r.addEventListener('updatefound', () => {
    const w = r.installing
    w?.addEventListener('statechange', () => w.state === 'installed' && ready(w))
  })
  setInterval(() => void r.update().catch(() => {}), 3_600_000)
}
