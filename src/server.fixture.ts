import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** A real server process of a test, as `npm start` would run it. */
export interface Child {
  process: ChildProcess
  /** What it has printed so far, both streams. */
  printed: () => string
  /** Its address once it serves; rejects with what it printed when it ends before. */
  address: Promise<string>
  /** Its exit code; null when a signal ended it. */
  ended: Promise<number | null>
}

export const startServer = (
  env: Record<string, string>,
  script = 'src/server.ts',
  user: { uid: number; gid: number } | null = null,
): Child => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    cwd: resolve(import.meta.dirname, '..'),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  })
  let text = ''
  const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)))
  const address = new Promise<string>((done, fail) => {
    const hear = (part: Buffer) => {
      text += part.toString()
      const at = /回声已启动：(http:\S+)/.exec(text)
      if (at) done(at[1]!)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    void ended.then((code) => fail(new Error(`exit ${code}: ${text}`)))
  })
  // A server that is meant to fail is asked for its end, not its address.
  address.catch(() => {})
  return { process: child, printed: () => text, address, ended }
}

/** The main process of the embedded database of a data folder. */
export const postmasterOf = (dataDir: string): number =>
  Number(readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0])

/** Wait until something holds; the test's own time limit ends a wait in vain. */
export const until = async <T>(ask: () => Promise<T | null | false | undefined>): Promise<T> => {
  for (;;) {
    const answer = await ask().catch(() => null)
    if (answer) return answer
    await new Promise((next) => setTimeout(next, 30))
  }
}
