import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** One command of the operator's command line as a process, started as bin/run starts it: what it prints, its seconds, its largest resident memory in MB. */
export const command = (
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ out: string; seconds: number; peak: number }> =>
  new Promise((done, fail) => {
    const start = performance.now()
    // The shell becomes the program: its process is the program's.
    const child = spawn('sh', [resolve(import.meta.dirname, '../bin/run'), 'src/cli.ts', ...args], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let out = ''
    let peak = 0
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      out += piece
    })
    // The kernel keeps the high-water mark itself; it only has to be read before the process is gone.
    const look = setInterval(() => {
      try {
        const kb = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]
        if (kb) peak = Math.max(peak, (Number(kb) * 1024) / 1e6)
      } catch {
        // Not Linux, or just ended.
      }
    }, 100)
    child.once('error', fail)
    child.once('close', (code) => {
      clearInterval(look)
      const seconds = (performance.now() - start) / 1000
      if (code === 0) done({ out, seconds, peak })
      else fail(new Error(`命令没有办成：${args.join(' ')}`))
    })
  })
