import { createHash } from 'node:crypto'
import { enoughZeros, workText } from './work.ts'

/** The hidden fields of a public form as a browser sends them, its work done. */
export const solved = (page: string): { requestId: string; seal: string; work: string } => {
  const of = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? ''
  const bits = Number(/data-bits="(\d+)"/.exec(page)?.[1])
  const seal = of('seal')
  let n = 0
  while (!enoughZeros(createHash('sha256').update(workText(seal, n)).digest().readInt32BE(0), bits)) n += 1
  return { requestId: of('requestId'), seal, work: String(n) }
}
