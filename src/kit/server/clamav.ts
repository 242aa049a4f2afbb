import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { Invalid, Refused } from '../errors.ts'

/** The scanner is asked for but doesn't answer: no file is kept unseen. HTTP 503. */
export class ScannerAway extends Refused {
  override readonly status = 503
}

const piece = 64 * 1024
/** Longest wait for the scanner's answer, ms. */
const patience = 30_000

/**
 * Ask clamd over its own protocol (INSTREAM). `at` is `host:port` or the path of a socket.
 * Answers the name of what was found, or null. Rejects when the scanner is away or could not look.
 */
export const scan = (at: string, data: Uint8Array): Promise<string | null> =>
  new Promise((done, fail) => {
    const [, host, port] = /^(.+):(\d+)$/.exec(at) ?? []
    const socket = host ? connect(Number(port), host.replace(/^\[|\]$/g, '')) : connect(at)
    let answer = ''
    const end = (work: () => void) => {
      socket.destroy()
      work()
    }
    socket.setTimeout(patience, () => end(() => fail(new Error('clamd does not answer'))))
    socket.on('error', (error) => end(() => fail(error)))
    socket.on('connect', () => {
      socket.write('zINSTREAM\0')
      for (let i = 0; i < data.length; i += piece) {
        const part = data.subarray(i, i + piece)
        const size = Buffer.alloc(4)
        size.writeUInt32BE(part.length)
        socket.write(size)
        socket.write(part)
      }
      socket.write(Buffer.alloc(4))
    })
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text
    })
    socket.on('close', () => {
      const said = answer.replace(/\0/g, '').trim()
      const found = /^stream: (.+) FOUND$/.exec(said)?.[1]
      if (found) done(found)
      else if (said === 'stream: OK') done(null)
      else fail(new Error(`clamd: ${said || 'closed'}`))
    })
  })

/**
 * Look at an uploaded file before anything else does, where HUISHENG_CLAMAV names a scanner; without one nothing happens.
 * What is infected is put aside in the data folder under `quarantine/` (named by its hash, opened by nobody) and refused.
 * Throws Invalid (found) or ScannerAway.
 */
export const lookAt = async (name: string, data: Uint8Array, env: NodeJS.ProcessEnv = process.env): Promise<void> => {
  const at = env.HUISHENG_CLAMAV?.trim()
  if (!at) return
  const found = await scan(at, data).catch((error: Error) => {
    console.error('杀毒服务没有办成：', error.message)
    throw new ScannerAway('杀毒服务暂时连不上，文件没有收下，其余内容不受影响；请过几分钟再传，或者把材料交到窗口')
  })
  if (found === null) return
  const folder = join(resolve(env.HUISHENG_DATA ?? './data'), 'quarantine')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(join(folder, createHash('sha256').update(data).digest('hex')), data, { mode: 0o600 })
  throw new Invalid(`“${name}”查出病毒（${found}），已经隔离，没有收进材料；请换一份干净的文件，或者打印、拍照后再交`)
}
