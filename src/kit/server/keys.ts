import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refused } from '../errors.ts'

/** The ciphers behind one door, so that another suite (a hardware module, for one) can take their place. */
export interface CryptoSuite {
  readonly name: string
  /** `aad` binds the text to its place: a body moved to another row no longer opens. */
  seal(master: Uint8Array, plain: Uint8Array, aad: string): Uint8Array
  /** Throws when the key is another or a bit was changed. */
  open(master: Uint8Array, sealed: Uint8Array, aad: string): Uint8Array
  /** A keyed fingerprint of 64 hex characters: the same text gives the same, and nobody without the key can tell which text. */
  blind(master: Uint8Array, text: string): string
}

const derive = (master: Uint8Array, use: string) => createHmac('sm3', master).update(`huisheng/${use}`).digest()

/**
 * GM/T suite: SM4 in counter mode under a 16-byte key, then HMAC-SM3 over place, nonce and text (encrypt-then-MAC, keys derived
 * from one 32-byte master). Node's OpenSSL has SM4-CTR and SM3 but no SM4-GCM, hence the pair.
 */
export const sm4Suite: CryptoSuite = {
  name: 'SM4-CTR+HMAC-SM3',
  seal: (master, plain, aad) => {
    const iv = randomBytes(16)
    const cipher = createCipheriv('sm4-ctr', derive(master, 'enc').subarray(0, 16), iv)
    const body = Buffer.concat([cipher.update(plain), cipher.final()])
    const mac = createHmac('sm3', derive(master, 'mac')).update(`${aad}\n`).update(iv).update(body).digest()
    return Buffer.concat([Buffer.from([1]), iv, mac, body])
  },
  open: (master, sealed, aad) => {
    const b = Buffer.from(sealed)
    if (b.length < 49 || b[0] !== 1) throw new Refused('密封内容的格式不对，可能已损坏')
    const [iv, mac, body] = [b.subarray(1, 17), b.subarray(17, 49), b.subarray(49)]
    const now = createHmac('sm3', derive(master, 'mac')).update(`${aad}\n`).update(iv).update(body).digest()
    if (!timingSafeEqual(now, mac)) throw new Refused('密封内容与校验值不符，可能已损坏或被改动，请从备份恢复')
    const decipher = createDecipheriv('sm4-ctr', derive(master, 'enc').subarray(0, 16), iv)
    return Buffer.concat([decipher.update(body), decipher.final()])
  },
  blind: (master, text) => createHmac('sm3', derive(master, 'index')).update(text).digest('hex'),
}

interface KeyFile {
  current: string
  keys: Record<string, { key: string; at: string }>
}

/** The keys of the sealed store: kept beside the data, never in the database, never in a backup. */
export interface Keyring {
  readonly suite: CryptoSuite
  /** Name of the key that seals now. */
  readonly current: string
  seal(plain: string | Uint8Array, aad: string): { kid: string; body: Uint8Array }
  open(kid: string, body: Uint8Array, aad: string): Buffer
  blind(text: string): string
  /** A new key for what is sealed from now on; the old ones stay until nothing needs them. */
  add(now: Date): string
  /** Forget every key but the current one, once all is sealed anew. */
  keepOnlyCurrent(): void
  readonly ids: string[]
}

const fromEnv = (text: string): Buffer => {
  const b = /^[0-9a-f]{64}$/i.test(text.trim()) ? Buffer.from(text.trim(), 'hex') : Buffer.from(text.trim(), 'base64')
  if (b.length !== 32) throw new Refused('HUISHENG_SEALED_KEY 应为 32 字节密钥的十六进制或 Base64 文本')
  return b
}

/**
 * Open the keyring of a data folder: `keys/sealed.json` (0600), made when it is not there. With HUISHENG_SEALED_KEY the operator keeps
 * the key elsewhere and no file is written.
 */
export const openKeyring = (dataDir: string, env: NodeJS.ProcessEnv = process.env, suite = sm4Suite): Keyring => {
  const path = join(dataDir, 'keys', 'sealed.json')
  const given = env.HUISHENG_SEALED_KEY ? fromEnv(env.HUISHENG_SEALED_KEY) : null
  const write = (f: KeyFile) => {
    mkdirSync(join(dataDir, 'keys'), { recursive: true, mode: 0o700 })
    const part = `${path}.${process.pid}.part`
    writeFileSync(part, JSON.stringify(f, null, 2), { mode: 0o600, flush: true })
    renameSync(part, path)
  }
  const read = (): KeyFile => {
    if (existsSync(path)) {
      try {
        const f = JSON.parse(readFileSync(path, 'utf8')) as KeyFile
        if (f.keys[f.current]) return f
      } catch {}
      throw new Refused(`密封密钥文件 ${path} 读不出来，请把另外保存的密钥文件放回原处`)
    }
    return { current: '', keys: {} }
  }
  const envId = given ? `env-${suite.blind(given, 'name').slice(0, 8)}` : ''
  const file = (): KeyFile => {
    const f = read()
    if (given) return { current: envId, keys: { ...f.keys, [envId]: { key: given.toString('base64'), at: '' } } }
    if (f.current !== '') return f
    const first = {
      current: 'k1',
      keys: { k1: { key: randomBytes(32).toString('base64'), at: new Date().toISOString() } },
    }
    write(first)
    return first
  }
  let kept = file()
  const keyOf = (kid: string): Buffer => {
    // A rotation by the command line is seen by a running server when it meets the new name.
    if (!kept.keys[kid]) kept = file()
    const k = kept.keys[kid]
    if (!k) throw new Refused(`缺少密封密钥 ${kid}：请把另外保存的密钥文件 keys/sealed.json 放回数据文件夹`)
    return Buffer.from(k.key, 'base64')
  }
  return {
    suite,
    get current() {
      return kept.current
    },
    get ids() {
      return Object.keys(kept.keys)
    },
    seal: (plain, aad) => ({
      kid: kept.current,
      body: suite.seal(keyOf(kept.current), typeof plain === 'string' ? Buffer.from(plain, 'utf8') : plain, aad),
    }),
    open: (kid, body, aad) => Buffer.from(suite.open(keyOf(kid), body, aad)),
    blind: (text) => suite.blind(keyOf(kept.current), text),
    add: (now) => {
      if (given) throw new Refused('密钥由 HUISHENG_SEALED_KEY 给出，请先取消这一变量再轮换，或在外部更换后运行本命令')
      const n = Math.max(0, ...Object.keys(kept.keys).map((k) => Number(/^k(\d+)$/.exec(k)?.[1] ?? 0))) + 1
      const next = {
        current: `k${n}`,
        keys: { ...kept.keys, [`k${n}`]: { key: randomBytes(32).toString('base64'), at: now.toISOString() } },
      }
      write(next)
      kept = next
      return next.current
    },
    keepOnlyCurrent: () => {
      if (given) return
      const next = { current: kept.current, keys: { [kept.current]: kept.keys[kept.current]! } }
      write(next)
      kept = next
    },
  }
}

const rings = new Map<string, Keyring>()
/** The keyring of a data folder, opened once in a process. */
export const keyringOf = (dataDir: string): Keyring => {
  let ring = rings.get(dataDir)
  if (!ring) {
    ring = openKeyring(dataDir)
    rings.set(dataDir, ring)
  }
  return ring
}
