/**
 * The service worker: keeps the page, its script and its style, nothing else. Answers of the server are never kept here:
 * they are people's affairs and live encrypted in the page's own store. The server puts `self.shell` in front of this text;
 * a new build is a new version with a cache of its own, and the old one stays until the page says that it may go.
 */
interface Extendable {
  waitUntil(work: Promise<unknown>): void
}
interface Fetching extends Extendable {
  request: Request
  respondWith(answer: Promise<Response>): void
}
interface Worker {
  shell: { version: string; files: string[] }
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
  addEventListener(kind: 'install' | 'activate', hear: (e: Extendable) => void): void
  addEventListener(kind: 'fetch', hear: (e: Fetching) => void): void
  addEventListener(kind: 'message', hear: (e: Extendable & { data: unknown }) => void): void
}
const worker = self as unknown as Worker
const { version, files } = worker.shell
const prefix = 'huisheng-field-'
const name = prefix + version

worker.addEventListener('install', (e) => {
  // All or nothing: a half-loaded version never takes over.
  e.waitUntil(caches.open(name).then((c) => c.addAll(files.map((f) => new Request(f, { cache: 'reload' })))))
})
worker.addEventListener('activate', (e) => {
  e.waitUntil(
    caches
      .keys()
      .then((all) => Promise.all(all.filter((k) => k.startsWith(prefix) && k !== name).map((k) => caches.delete(k))))
      .then(() => worker.clients.claim()),
  )
})
worker.addEventListener('message', (e) => {
  if (e.data === 'go') e.waitUntil(worker.skipWaiting())
})
worker.addEventListener('fetch', (e) => {
  const url = new URL(e.request.url)
  if (e.request.method !== 'GET' || url.origin !== location.origin || !files.includes(url.pathname)) return
  e.respondWith(
    caches
      .open(name)
      .then((c) => c.match(url.pathname))
      .then((kept) => kept ?? fetch(e.request)),
  )
})
