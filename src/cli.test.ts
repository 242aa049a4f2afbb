import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

/** The command line as somebody at the machine meets it, where no database is needed to say what is wrong. */
const run = (...args: string[]) =>
  new Promise<{ code: number; said: string }>((done) =>
    execFile(process.execPath, [resolve(import.meta.dirname, 'cli.ts'), ...args], (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, said: out + err }),
    ),
  )

test('写错的命令、选项、条件都以一句中文说明，退出码 2，什么也不做', async () => {
  const cases: [string[], string][] = [
    [['constructor'], '没有“constructor”这个命令'],
    [['verify', '--foo'], '没有 --foo 这个选项'],
    [['verify', '--town', '9'], '“verify”没有 --town 这个选项'],
    [['verify', '多写的'], '多写了“多写的”'],
    [['clock', 'D05', '--from', '9999-12-31'], '日期的年份应在 1990 到 2100 之间'],
    [['clock', 'D05', '--from', '2026-02-30'], '不是有效日期'],
    [['import', 'ledger', 'x.xlsx', '--year', '25'], '--year 应在 1990 到 2100 之间'],
    [['report', 'annual', '--year', '二五'], '--year 应为整数'],
    [['report', 'annual'], '用法：npm run huisheng -- report annual'],
    [['export', 'ledger', 'x.xlsx', '--filter', 'grad=red'], '--filter 里没有“grad”这个条件'],
    [['export', 'ledger', 'x.xlsx', '--filter', 'grade=rot'], '--filter 里“grade”的内容不对'],
  ]
  const got = await Promise.all(cases.map(([args]) => run(...args)))
  for (const [i, [args, sentence]] of cases.entries()) {
    expect(got[i]!.said, args.join(' ')).toContain(sentence)
    expect(got[i]!.code, args.join(' ')).toBe(2)
  }
  expect(await run('constructor', '--help')).toMatchObject({ code: 0, said: expect.stringContaining('回声命令行') })
})
