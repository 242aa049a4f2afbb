import { Worker } from 'node:worker_threads'

/** One at a time: somebody else's file is somebody else's program, and a long one is slow. */
let line: Promise<unknown> = Promise.resolve()

/** What a thread of its own answers about somebody else's file; it is ended after `ms`, and what it has not said by then is missing. */
export const inThread = <T>(worker: URL, workerData: unknown, ms: number): Promise<T[]> => {
  const work = () =>
    new Promise<T[]>((resolve) => {
      const said: T[] = []
      // What a library prints about a broken file is no log of ours.
      const thread = new Worker(worker, { workerData, stdout: true, stderr: true })
      const limit = setTimeout(() => void thread.terminate(), ms)
      thread.on('message', (m: T) => said.push(m))
      // Broken and locked files end here too: what they did not say is the answer.
      thread.on('error', () => {})
      thread.on('exit', () => {
        clearTimeout(limit)
        resolve(said)
      })
    })
  const mine = line.then(work)
  line = mine
  return mine
}
