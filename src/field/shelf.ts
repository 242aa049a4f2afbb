import { type FileRef, type Item, pieceSize } from './outbox.ts'

/**
 * What a phone keeps, in IndexedDB, a database for each person: every value encrypted (AES-GCM) with a key that comes from
 * the server at sign-in, can't be read out of the browser, and is put away at sign-out.
 */
export interface Account {
  townId: string
  staffId: string
  username: string
  /** Names this phone to the server. */
  id: string
  secret: string
}

/** The phone has no room left. */
export class Full extends Error {}
/** Another tab runs a newer version of the database. */
export class Newer extends Error {}

const stores = ['keys', 'items', 'pieces', 'kept'] as const
type Store = (typeof stores)[number]
const version = 1

const nameOf = (staffId: string) => `huisheng-field-${staffId}`

const settle = <T>(r: IDBRequest<T>): Promise<T> =>
  new Promise((ok, no) => {
    r.onsuccess = () => ok(r.result)
    r.onerror = () => no(r.error)
  })
const isFull = (e: unknown) => (e as DOMException | null)?.name === 'QuotaExceededError'

interface Sealed {
  iv: Uint8Array<ArrayBuffer>
  data: ArrayBuffer
}

export class Shelf {
  private db: IDBDatabase
  private key: CryptoKey
  /** Called when a newer version of this face waits for the database. */
  static onNewer: () => void = () => {}

  private constructor(db: IDBDatabase, key: CryptoKey) {
    this.db = db
    this.key = key
  }

  private static async database(staffId: string): Promise<IDBDatabase> {
    const r = indexedDB.open(nameOf(staffId), version)
    r.onupgradeneeded = () => {
      for (const s of stores) if (!r.result.objectStoreNames.contains(s)) r.result.createObjectStore(s)
    }
    try {
      const db = await settle(r)
      db.onversionchange = () => {
        db.close()
        Shelf.onNewer()
      }
      return db
    } catch (e) {
      if ((e as DOMException).name === 'VersionError') throw new Newer()
      if (isFull(e)) throw new Full()
      throw e
    }
  }

  /** With the key kept from before; null when it was put away. */
  static async reopen(staffId: string): Promise<Shelf | null> {
    const db = await Shelf.database(staffId)
    const key = await settle(
      db.transaction('keys').objectStore('keys').get('lock') as IDBRequest<CryptoKey | undefined>,
    )
    if (key) return new Shelf(db, key)
    db.close()
    return null
  }

  /** With the key as the server gave it, in base64; from now on nobody can read it out. */
  static async open(staffId: string, key: string): Promise<Shelf> {
    const raw = Uint8Array.from(atob(key), (c) => c.charCodeAt(0))
    const lock = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
    const db = await Shelf.database(staffId)
    const shelf = new Shelf(db, lock)
    await shelf.write((s) => s('keys').put(lock, 'lock'), ['keys'])
    return shelf
  }

  /** Put the key away: what is kept stays, and can't be read until the next sign-in. */
  async lock() {
    await this.write((s) => s('keys').clear(), ['keys'])
    this.db.close()
  }

  close() {
    this.db.close()
  }

  static async lock(staffId: string) {
    await (await Shelf.reopen(staffId))?.lock()
  }

  /** Everything of this person goes. */
  static wipe(staffId: string): Promise<void> {
    return new Promise((ok, no) => {
      const r = indexedDB.deleteDatabase(nameOf(staffId))
      r.onsuccess = () => ok()
      r.onerror = () => no(r.error)
      // Other tabs close their side when they hear of it.
      r.onblocked = () => {}
    })
  }

  private write(work: (s: (name: Store) => IDBObjectStore) => void, names: Store[]): Promise<void> {
    return new Promise((ok, no) => {
      let t: IDBTransaction
      try {
        t = this.db.transaction(names, 'readwrite')
        t.oncomplete = () => ok()
        t.onabort = () => no(isFull(t.error) ? new Full() : t.error)
        t.onerror = () => {}
        work((n) => t.objectStore(n))
      } catch (e) {
        no(isFull(e) ? new Full() : e)
      }
    })
  }

  /** Bound to where it stands, so that nothing kept can be put in another's place. */
  private async seal(place: string, data: BufferSource): Promise<Sealed> {
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const additionalData = new TextEncoder().encode(place)
    return { iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, this.key, data) }
  }
  private unseal(place: string, s: Sealed): Promise<ArrayBuffer> {
    const additionalData = new TextEncoder().encode(place)
    return crypto.subtle.decrypt({ name: 'AES-GCM', iv: s.iv, additionalData }, this.key, s.data)
  }
  private sealJson(place: string, value: unknown) {
    return this.seal(place, new TextEncoder().encode(JSON.stringify(value)))
  }
  private async unsealJson<T>(place: string, s: Sealed): Promise<T> {
    return JSON.parse(new TextDecoder().decode(await this.unseal(place, s)))
  }

  async items(): Promise<Item[]> {
    const store = this.db.transaction('items').objectStore('items')
    const [keys, rows] = await Promise.all([
      settle(store.getAllKeys() as IDBRequest<string[]>),
      settle(store.getAll() as IDBRequest<Sealed[]>),
    ])
    return Promise.all(rows.map((r, n) => this.unsealJson<Item>(`items/${keys[n]}`, r)))
  }

  /** Throws Full when the phone has no room: then nothing has changed. */
  async keep(i: Item): Promise<void> {
    const sealed = await this.sealJson(`items/${i.id}`, i)
    await this.write((s) => s('items').put(sealed, i.id), ['items'])
  }

  async drop(i: Item): Promise<void> {
    await this.write(
      (s) => {
        s('items').delete(i.id)
        for (const f of i.files) s('pieces').delete(IDBKeyRange.bound([f.id], [f.id, []]))
      },
      ['items', 'pieces'],
    )
  }

  /** Keep a file whole or not at all; its digest is taken from what was kept. */
  async addFile(id: string, name: string, blob: Blob): Promise<FileRef> {
    const data = await blob.arrayBuffer()
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data))
    const pieces: Sealed[] = []
    for (let at = 0; at < data.byteLength; at += pieceSize)
      pieces.push(await this.seal(`pieces/${id}/${pieces.length}`, data.slice(at, at + pieceSize)))
    await this.write(
      (s) => {
        for (const [n, p] of pieces.entries()) s('pieces').put(p, [id, n])
      },
      ['pieces'],
    )
    return {
      id,
      name,
      size: data.byteLength,
      sha256: Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join(''),
      done: false,
      sentence: null,
    }
  }

  /** The n-th piece of a file, or null when it is not there. */
  async piece(id: string, n: number): Promise<ArrayBuffer | null> {
    const s = await settle(
      this.db.transaction('pieces').objectStore('pieces').get([id, n]) as IDBRequest<Sealed | undefined>,
    )
    return s ? this.unseal(`pieces/${id}/${n}`, s) : null
  }

  /** A kept file as it was added, or null when some of it is not there any more. */
  async file(f: FileRef, type: string): Promise<Blob | null> {
    const parts: ArrayBuffer[] = []
    for (let n = 0; n * pieceSize < f.size; n += 1) {
      const p = await this.piece(f.id, n)
      if (!p) return null
      parts.push(p)
    }
    return new Blob(parts, { type })
  }

  async dropFile(id: string): Promise<void> {
    await this.write((s) => s('pieces').delete(IDBKeyRange.bound([id], [id, []])), ['pieces'])
  }

  /** Something of the server's for the hours without it. */
  async remember(name: string, value: unknown): Promise<void> {
    const sealed = await this.sealJson(`kept/${name}`, value)
    await this.write((s) => s('kept').put(sealed, name), ['kept'])
  }
  async remembered<T>(name: string): Promise<T | null> {
    const s = await settle(this.db.transaction('kept').objectStore('kept').get(name) as IDBRequest<Sealed | undefined>)
    return s ? this.unsealJson<T>(`kept/${name}`, s) : null
  }
}
