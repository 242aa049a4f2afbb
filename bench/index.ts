/** npm run bench -- NAME [--matters N] [--clients N] [--seconds N] [--json]: measures and prints a table. */
import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Bench, machine, tableOf } from './table.ts'

const helpers = ['index', 'table', 'place', 'load', 'child']
const names = readdirSync(import.meta.dirname)
  .filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts'))
  .map((f) => f.slice(0, -3))
  .filter((n) => !helpers.includes(n))
  .sort()

const usage = `用法：npm run bench -- 名称 [--matters 100000] [--clients 16] [--seconds 8] [--json]\n名称：${names.join('、')}、all`

const main = async (): Promise<number> => {
  let parsed: ReturnType<typeof read>
  try {
    parsed = read()
  } catch {
    console.error(usage)
    return 2
  }
  const { values, positionals } = parsed
  if (values.help) {
    console.log(usage)
    return 0
  }
  const [name] = positionals
  const wanted = name === 'all' ? names : name && names.includes(name) ? [name] : null
  const [matters, clients, seconds] = [values.matters, values.clients, values.seconds].map(Number)
  if (!wanted || ![matters, clients, seconds].every((n) => Number.isFinite(n) && n! > 0)) {
    console.error(usage)
    return 2
  }
  for (const n of wanted) {
    const { run } = (await import(`./${n}.ts`)) as { run: Bench }
    const figures = await run({ matters: matters!, clients: clients!, seconds: seconds! })
    if (values.json) console.log(JSON.stringify({ bench: n, machine: machine(), matters, clients, figures }))
    else
      console.log(
        `\n## ${n}\n\n${machine()}；${matters} 件；${new Date().toISOString().slice(0, 10)}\n\n${tableOf(figures)}`,
      )
  }
  return 0
}

const read = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      matters: { type: 'string', default: '100000' },
      clients: { type: 'string', default: '16' },
      seconds: { type: 'string', default: '8' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })

process.exit(await main())
