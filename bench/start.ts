import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { httpClient } from './load.ts'
import type { Bench } from './table.ts'

const startOnce = async (dataDir: string, port: number, args: string[]): Promise<number> => {
  const began = performance.now()
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../src/server.ts'), ...args], {
    env: { ...process.env, HUISHENG_DATA: dataDir, DATABASE_URL: '', PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const client = httpClient(port)
  try {
    for (;;) {
      const up = await client.call('GET', '/healthz').catch(() => null)
      if (up?.status === 200) return (performance.now() - began) / 1000
      if (child.exitCode !== null) throw new Error('服务没有启动')
      await new Promise((r) => setTimeout(r, 20))
    }
  } finally {
    client.close()
    child.kill('SIGTERM')
    await new Promise((r) => (child.exitCode === null ? child.once('exit', r) : r(null)))
  }
}

/** First start of the demo on an empty folder, and a warm start of the same. */
export const run: Bench = async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'huisheng-start-'))
  const port = 20_000 + (process.pid % 20_000)
  try {
    const first = await startOnce(dataDir, port, ['--demo'])
    const warm: number[] = []
    for (let i = 0; i < 3; i += 1) warm.push(await startOnce(dataDir, port, ['--demo']))
    return [
      { what: '演示镇第一次启动', value: first, unit: '秒', line: { at: 30, is: 'most' }, note: '安装和生成页面之后' },
      { what: '再次启动', value: Math.max(...warm), unit: '秒', line: { at: 3, is: 'most' }, note: '三次中最慢的' },
    ]
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}
