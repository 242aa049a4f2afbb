import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

/** Who may lean on whom (docs/decisions: the house). A folder may import its own layer's folders only where it is named. */
const layers: Record<string, number> = {
  kit: 0,
  people: 1,
  audit: 1,
  documents: 1,
  petitions: 2,
  mediation: 2,
  screening: 2,
  aid: 2,
  projects: 2,
  duty: 3,
  ground: 3,
  supervision: 3,
  assessment: 3,
  analysis: 3,
  open: 3,
  citizen: 4,
  field: 4,
}
/** The entries of the server, the command line and the pages: they see everything, nothing sees them. */
const entry = 5

const src = import.meta.dirname
const files = (readdirSync(src, { recursive: true }) as string[])
  .filter((f) => /\.tsx?$/.test(f) && !f.endsWith('.d.ts'))
  .sort()

/** Tests and their fixtures stand outside: they may reach for a whole server. */
const outside = (f: string) => /\.(test|fixture)\.tsx?$/.test(f) || /(^|\/)(testing|fixture)\.ts$/.test(f)

interface Import {
  from: string
  to: string
  typeOnly: boolean
}

const importsOf = (file: string): Import[] => {
  const text = readFileSync(join(src, file), 'utf8')
  const out: Import[] = []
  const found = text.matchAll(
    /^(?:import|export)\s+(type\s+)?([^'"]*?)\s*(?:from\s*)?['"](\.{1,2}\/[^'"]+)['"]|import\(['"](\.{1,2}\/[^'"]+)['"]\)/gm,
  )
  for (const [, type, names, path, lazy] of found) {
    const to = relative(src, resolve(src, dirname(file), path ?? lazy!))
    const all = /\{([^}]*)\}/
      .exec(names ?? '')?.[1]
      ?.split(',')
      .map((n) => n.trim())
      .filter(Boolean)
    out.push({
      from: file,
      to,
      typeOnly: type !== undefined || (!!all?.length && all.every((n) => n.startsWith('type '))),
    })
  }
  return out
}
const imports = files.filter((f) => !outside(f)).flatMap(importsOf)

const folderOf = (f: string) => (f.includes('/') ? f.split('/')[0]! : '')
const layerOf = (f: string) => (folderOf(f) === '' ? entry : (layers[folderOf(f)] ?? Number.NaN))

/** The side of a file by its name: what runs in browsers, what touches the world, and the pure rest. */
const shows = (f: string) =>
  f.endsWith('.tsx') ||
  f.startsWith('kit/ui/') ||
  /(^|\/)outbox\.ts$/.test(f) ||
  /^field\/(main|state|account|sync|update|frame|pages|item|forms|files|found|dispute|report|visit|steps|dom|shelf|line|sw)\.ts$/.test(
    f,
  )
const touchesWorld = (f: string) =>
  f.startsWith('kit/server/') || /(^|[./])(store|query|api|job|import|export|render)\.ts$/.test(f)

describe('层次', () => {
  test('每个文件夹都有自己的层', () => {
    const unknown = [...new Set(files.map(folderOf))].filter((f) => f !== '' && layers[f] === undefined)
    expect(unknown).toEqual([])
  })

  test('只往下依赖：kit ← 人员、留痕、文书 ← 事项 ← 责任、督办、考核 ← 公众、手机 ← 入口', () => {
    const up = imports
      .filter((i) => /\.tsx?$/.test(i.to) && !i.to.startsWith('..'))
      .filter((i) => layerOf(i.to) > layerOf(i.from))
      // What a lower layer only names, it does not need at run time.
      .filter((i) => !i.typeOnly)
    expect(up.map((i) => `${i.from} → ${i.to}`)).toEqual([])
  })

  test('kit 里没有业务：连类型也不借', () => {
    const leaning = imports.filter(
      (i) => i.from.startsWith('kit/') && !i.to.startsWith('kit/') && !i.to.startsWith('../db/types'),
    )
    expect(leaning.map((i) => `${i.from} → ${i.to}`)).toEqual([])
  })

  test('页面不带服务器的代码：只经类型和 HTTP', () => {
    const reach = (start: string) => {
      const seen = new Set<string>()
      const path = (f: string) => {
        if (seen.has(f)) return
        seen.add(f)
        for (const i of imports) if (i.from === f && !i.typeOnly) path(i.to)
      }
      path(start)
      return seen
    }
    const bad = files
      .filter((f) => shows(f) && !outside(f))
      .flatMap((f) => [...reach(f)].filter((t) => t !== f && touchesWorld(t) && !shows(t)).map((t) => `${f} → ${t}`))
    expect(bad).toEqual([])
  })

  test('规则文件是纯的：不经数据库、网络、文件和时钟', () => {
    // The names under which rules are kept; what a file is called says what it may touch.
    const rules =
      /(^|\/)(move|flow|clocks|calendar|petition|guard|counts|missing|columns|grading|roles|signin|holdings|chain|kinds|day|choice|mask|errors|remind)\.ts$/
    const pure = files.filter((f) => rules.test(f) && !f.startsWith('kit/server/'))
    expect(pure.length).toBeGreaterThan(15)
    const bad: string[] = []
    for (const f of pure) {
      for (const i of importsOf(f)) if (!i.typeOnly && touchesWorld(i.to)) bad.push(`${f} → ${i.to}`)
      const text = readFileSync(join(src, f), 'utf8')
      for (const m of text.matchAll(/^import (?!type)[^'"]*['"](node:[^'"]+|pg|kysely|fastify)['"]/gm))
        bad.push(`${f} → ${m[1]}`)
      if (/\bDate\.now\(\)|new Date\(\)/.test(text)) bad.push(`${f} 自己看钟`)
    }
    expect(bad).toEqual([])
  })

  test('没有半成品：源码里不留待办', () => {
    const left = files
      .filter((f) => f !== 'layers.test.ts')
      .filter((f) => /\b(TODO|FIXME|XXX)\b|not implemented|敬请期待/.test(readFileSync(join(src, f), 'utf8')))
    expect(left).toEqual([])
  })
})
