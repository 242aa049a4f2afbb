import { readFile, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Verdict, verifyFiles, verifyTown } from './audit/verify.ts'
import { day, isDay } from './kit/day.ts'
import { Refused } from './kit/errors.ts'
import { firstSentence, invalidFields } from './kit/fields.ts'
import { clockOf } from './kit/server/clock.ts'
import { inTown } from './kit/server/db.ts'
import { readWorkbook } from './kit/server/excel.ts'
import { keyringOf } from './kit/server/keys.ts'
import { importDivisions } from './people/divisions.import.ts'
import { recogniseDivisions } from './people/divisions.ts'
import { operator } from './people/roles.ts'
import { changeCalendar } from './petitions/calendar.store.ts'
import { type Calendar, readCalendar } from './petitions/calendar.ts'
import { dueOf, isRule, legalLimits } from './petitions/clocks.ts'
import { columns, defaultColumns } from './petitions/ledger/columns.ts'
import { exportLedger } from './petitions/ledger/export.store.ts'
import { keepFile, loadImport, placesForImport, recallMapping } from './petitions/ledger/import.store.ts'
import { matchExisting } from './petitions/ledger/match.store.ts'
import { readMessages } from './petitions/ledger/messages.ts'
import { counter, type ImportKind, inChunks, noPlaces, type Report, readImport } from './petitions/ledger/reading.ts'
import { recognise } from './petitions/ledger/recognise.ts'
import { rewrap, verifySealed } from './petitions/protect/sealed.keys.store.ts'
import { train } from './petitions/register/train.ts'
import { LedgerFilter } from './petitions/routes.ts'
import { calendarNow, settingOf } from './petitions/world.store.ts'
import { dataDirOf, type OpenWorld, openWorld } from './world.ts'

/** Wrong usage: exit 2 with the help of the command. */
class Usage extends Error {}

const helps: Record<string, string> = {
  clock:
    '用法：npm run huisheng -- clock 规则 --from 日期 [--accepted 日期] [--extension 天数] [--json]\n按法定期限计算到期日，并说明每一步。规则：D01 转送交办、D02 告知、D04 异议、D05 办理、D07 请求复查……',
  'import ledger':
    '用法：npm run huisheng -- import ledger 文件.xlsx [--town 代码] [--year 年份] [--dry-run] [--json]\n导入办公室自己的台账；--dry-run 只看不写。',
  'import messages':
    '用法：npm run huisheng -- import messages 文件.xlsx [--town 代码] [--dry-run] [--json]\n导入群众留言（有无答复均可）。',
  'import divisions':
    '用法：npm run huisheng -- import divisions 文件.xlsx [--town 代码] [--dry-run] [--json]\n导入管区、村、网格和网格员。',
  'import calendar':
    '用法：npm run huisheng -- import calendar 文件.json [--reason 依据] [--dry-run] [--json]\n导入某一年的放假安排（含调休上班），列出因此改变的期限并逐件留痕；--reason 写明依据（如通知的文号），--dry-run 只列不写。尚未公布的年份不能导入。',
  'export ledger':
    '用法：npm run huisheng -- export ledger 文件.xlsx [--town 代码] [--filter "grade=red&due=overdue"] [--columns 编号,事项,收到日期] [--json]\n导出台账，姓名遮盖；导出会留痕。',
  'report annual':
    '用法：npm run huisheng -- report annual [文件.docx] --year 年份 [--town 代码] [--json]\n信访工作年度报告（第四十一条）的草稿：打印各项数字；给出文件名时另存为 Word。出具编号的报告请在“年度报告”页办理。',
  verify: '用法：npm run huisheng -- verify [--json]\n重新计算留痕链、封存、合计、文书和每份材料的校验值，不联网。',
  'train categories':
    '用法：npm run huisheng -- train categories 文件.xlsx [--out 模型.json] [--json]\n用带一级分类的留言学习分类建议，并报告五折交叉验证的成绩；--out 写出模型。',
  backup: '用法：npm run huisheng -- backup 目录 [--json]\n把某一时刻的全部数据和材料备份到一个新目录。',
  'keys rotate':
    '用法：npm run huisheng -- keys rotate [--json]\n为密封件（检举控告等）换一把新密钥：全部重新加密，旧密钥随即作废。请另存新的密钥文件 keys/sealed.json。',
  restore: '用法：npm run huisheng -- restore 目录 [--json]\n恢复到空的数据文件夹，恢复后自动核对。',
}
const usage = `回声命令行\n${Object.keys(helps)
  .map((k) => `  ${k}`)
  .join('\n')}\n每个命令加 --help 看用法；--json 只输出一个 JSON 对象。`

type Flags = Record<string, string | boolean | undefined>

const townOf = async (o: OpenWorld, code: string | undefined): Promise<string> => {
  const towns = await o.world.ownerDb.selectFrom('town').select(['id', 'code', 'name']).orderBy('createdAt').execute()
  if (code) {
    const t = towns.find((x) => x.code === code || x.code.startsWith(code) || x.name === code)
    if (!t)
      throw new Refused(
        `没有代码为 ${code} 的镇${towns.length ? `；现有：${towns.map((x) => `${x.code} ${x.name}`).join('、')}` : '，请先完成首次设置'}`,
      )
    return t.id
  }
  if (towns.length === 0)
    throw new Refused('还没有设置镇：请先运行 npm start，打开网页完成首次设置（或用 --dry-run 先看导入结果）')
  if (towns.length > 1)
    throw new Refused(
      `有 ${towns.length} 个镇，请用 --town 指定：${towns.map((x) => `${x.code} ${x.name}`).join('、')}`,
    )
  return towns[0]!.id
}

const open = async <T>(work: (o: OpenWorld) => Promise<T>): Promise<T> => {
  const o = await openWorld()
  try {
    return await work(o)
  } finally {
    await o.close()
  }
}

const read = async (file: string | undefined, help: string): Promise<{ name: string; data: Uint8Array }> => {
  if (!file) throw new Usage(help)
  const data = await readFile(resolve(file)).catch((e: NodeJS.ErrnoException) => {
    throw new Refused(e.code === 'ENOENT' ? `没有这个文件：${file}` : `文件打不开：${file}`)
  })
  return { name: basename(file), data }
}

const numberOf = (text: string | boolean | undefined, name: string): number | undefined => {
  if (text === undefined) return undefined
  if (!/^\d{1,4}$/.test(String(text))) throw new Usage(`${name} 应为整数`)
  return Number(text)
}

const yearIn = (flags: Flags): number | undefined => {
  const year = numberOf(flags.year, '--year')
  if (year !== undefined && (year < 1990 || year > 2100)) throw new Usage('--year 应在 1990 到 2100 之间')
  return year
}

const clock = async (args: string[], flags: Flags) => {
  const rule = (args[0] ?? '').toUpperCase()
  if (!rule) throw new Usage(helps.clock)
  if (!isRule(rule))
    throw new Usage(
      `没有规则 ${args[0]}；可用：${Object.entries(legalLimits)
        .map(([k, l]) => `${k} ${l.name}`)
        .join('、')}`,
    )
  const { from = flags.accepted, accepted } = flags
  if (typeof from !== 'string') throw new Usage('请用 --from 给出起算日期，如 --from 2026-01-31')
  for (const d of [from, accepted])
    if (d !== undefined && !isDay(d)) throw new Usage(`“${d}”不是有效日期，应写作 2026-01-31`)
    else if (d !== undefined && (d < '1990' || d >= '2101')) throw new Usage('日期的年份应在 1990 到 2100 之间')
  const extension = numberOf(flags.extension, '--extension')
  const calendar: Calendar = await open((o) => calendarNow(o.world.ownerDb))
  const d = dueOf(
    rule,
    { from: day(from), extension, ...(typeof accepted === 'string' ? { accepted: day(accepted) } : {}) },
    calendar,
  )
  return {
    json: { rule: d.rule, name: d.name, article: d.article, from: d.from, due: d.due, unit: d.unit, steps: d.steps },
    text: [`${d.name}：${d.due}（${d.article}）`, ...d.steps.map((s, i) => `${i + 1}. ${s}`)].join('\n'),
  }
}

const importFile = async (kind: ImportKind, args: string[], flags: Flags) => {
  const year = yearIn(flags)
  const { name, data } = await read(args[0], helps[`import ${kind}`]!)
  const workbook = await readWorkbook(data, name)
  const today = clockOf().today()
  const words = (r: Report, dry: boolean) =>
    [
      `${dry ? '试读' : '导入'}：共 ${r.rows} 行，${dry ? '可登记' : '登记'} ${r.registered} 件，关联 ${r.linked} 件，未导入 ${r.rejected} 行`,
      `红 ${r.byGrade.red} 黄 ${r.byGrade.yellow} 蓝 ${r.byGrade.blue} 未定级 ${r.byGrade.none}；重点 ${r.key} 件`,
      ...r.flags.slice(0, 200).map((f) => `${f.sheet}${f.row ? ` 第 ${f.row} 行` : ''}：${f.message}`),
      ...(r.flags.length > 200 ? [`……另有 ${r.flags.length - 200} 条，用 --json 看全部`] : []),
    ].join('\n')
  const report = await open(async (o): Promise<Report> => {
    const dry = flags['dry-run'] === true
    const none =
      dry && !flags.town && !(await o.world.ownerDb.selectFrom('town').select('id').limit(1).executeTakeFirst())
    if (none) {
      const reading = readImport(kind, name, workbook, noPlaces, { today, year })
      const c = counter(reading)
      for (const part of inChunks(reading.rows())) c.add(part)
      return c.report()
    }
    const townId = await townOf(o, flags.town as string | undefined)
    const who = operator(townId)
    const done = await inTown(
      o.world.db,
      townId,
      async (tx) => {
        const s = await settingOf(tx, o.world, townId)
        const mapping =
          kind === 'ledger'
            ? await recallMapping(tx, townId, recognise(workbook, { today, year, fileName: name }))
            : undefined
        const places = await placesForImport(tx, townId)
        const reading = readImport(kind, name, workbook, places, {
          today,
          year,
          mapping,
          known: places.villages.length > 0,
        })
        if (!dry) {
          const id = await keepFile(tx, o.world.files, who, kind, name, data, reading.proposal, s.now)
          return loadImport(tx, who, id, reading, s, {
            ask: (work) => inTown(o.world.db, townId, work, { readOnly: true }),
          })
        }
        const c = counter(reading)
        const seen = new Set<string>()
        for (const part of inChunks(reading.rows())) {
          await matchExisting(tx, who, part, seen)
          c.add(part)
        }
        return c.report()
      },
      { readOnly: dry },
    )
    if (!dry) {
      // Loaded when the rows are in: what it brings along is no small part of a command's memory.
      const { indexAll } = await import('./worker.ts')
      await indexAll(o.world, 2)
    }
    return done
  })
  return { json: report, text: words(report, flags['dry-run'] === true) }
}

const importDivisionFile = async (args: string[], flags: Flags) => {
  const { name, data } = await read(args[0], helps['import divisions']!)
  const read_ = recogniseDivisions(await readWorkbook(data, name))
  if (read_.villages.length === 0) throw new Refused(`${name}：${read_.problems.at(-1)}`)
  const noted = read_.problems.map((p) => `\n需注意：${p}`).join('')
  const summary = {
    file: name,
    areas: read_.areas.length,
    villages: read_.villages.length,
    grids: read_.villages.reduce((a, v) => a + v.grids.length, 0),
    flags: read_.problems,
  }
  if (flags['dry-run'])
    return {
      json: summary,
      text: `管区 ${summary.areas} 个、村 ${summary.villages} 个、网格 ${summary.grids} 个${noted}`,
    }
  const done = await open(async (o) => {
    const townId = await townOf(o, flags.town as string | undefined)
    return inTown(o.world.db, townId, (tx) =>
      importDivisions(tx, operator(townId), read_, {
        dryRun: false,
        now: o.world.clock.now(),
        today: o.world.clock.today(),
      }),
    )
  })
  return {
    json: { ...summary, ...done },
    text: `管区 ${summary.areas} 个、村 ${summary.villages} 个、网格 ${summary.grids} 个，已导入${noted}`,
  }
}

const importCalendarFile = async (args: string[], flags: Flags) => {
  const { name, data } = await read(args[0], helps['import calendar']!)
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(data))
  } catch {
    throw new Refused(`${name} 不是 JSON 文件`)
  }
  const table = readCalendar(json)
  const off = table.days.filter((d) => d.isOffDay).length
  const dry = flags['dry-run'] === true
  const why = String(flags.reason ?? '') || table.source || name
  const moved = await open((o) => changeCalendar(o.world, table, { by: null, why, what: '由命令行导入', apply: !dry }))
  const work = table.days.length - off
  return {
    json: {
      file: name,
      year: table.year,
      days: table.days.length,
      off,
      work,
      applied: !dry,
      moved: moved.map(({ number, title, rule, name, from, to }) => ({ number, title, rule, name, from, to })),
    },
    text: [
      `${table.year} 年：放假 ${off} 天，调休上班 ${work} 天${dry ? '（未写入）' : '，已导入'}`,
      moved.length
        ? `${dry ? '将改变' : '已改变'} ${moved.length} 个期限${dry ? '' : '，并逐件留痕'}：`
        : '没有期限因此改变。',
      ...moved.map((m) => `${m.number} ${m.title}：${m.name} ${m.from ?? '没有期限'} → ${m.to}`),
    ].join('\n'),
  }
}

const annualReport = async (args: string[], flags: Flags) => {
  const year = yearIn(flags)
  if (year === undefined) throw new Usage(helps['report annual']!)
  const out = await open(async (o) => {
    const townId = await townOf(o, flags.town as string | undefined)
    return inTown(
      o.world.db,
      townId,
      async (tx) => {
        const { annualDraft } = await import('./petitions/paper/annual.store.ts')
        const { currentTemplate } = await import('./documents/templates.store.ts')
        const { renderDocx } = await import('./documents/render.ts')
        const draft = await annualDraft(tx, townId, year, await settingOf(tx, o.world, townId))
        const { docx } = await currentTemplate(tx, townId, 'annualReport')
        return { draft, file: args[0] ? await renderDocx(draft, docx) : null }
      },
      { readOnly: true },
    )
  })
  if (out.file)
    await writeFile(resolve(args[0]!), out.file).catch((e: NodeJS.ErrnoException) => {
      throw new Refused(e.code === 'ENOSPC' ? '磁盘已满，没有写成' : `文件写不进去：${args[0]}`)
    })
  const v = out.draft.values
  return {
    json: { ...(out.draft.extra.facts as object), ...(args[0] ? { file: args[0] } : {}) },
    text: [
      `${year} 年度信访工作报告（草稿）`,
      v.总体情况,
      v.形式统计,
      ...(out.draft.rows?.领域统计 ?? []).map((r) => `  ${r.领域} ${r.件数} 件 ${r.占比}`),
      v.转送交办督办,
      v.建议采纳,
      v.统计口径,
      ...(args[0] ? [`已写入 ${args[0]}`] : []),
    ]
      .filter(Boolean)
      .join('\n'),
  }
}

const exportFile = async (args: string[], flags: Flags) => {
  const file = args[0]
  if (!file) throw new Usage(helps['export ledger'])
  // A misspelt condition must not export more than was meant.
  const parsed = LedgerFilter.strict().safeParse(
    Object.fromEntries(new URLSearchParams(typeof flags.filter === 'string' ? flags.filter : '')),
  )
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const wrong = issue?.code === 'unrecognized_keys' ? issue.keys.join('、') : String(issue?.path[0])
    throw new Usage(
      issue?.code === 'unrecognized_keys'
        ? `--filter 里没有“${wrong}”这个条件；可用：${Object.keys(LedgerFilter.shape).join('、')}`
        : `--filter 里“${wrong}”的内容不对：${firstSentence(invalidFields(parsed.error.issues))}`,
    )
  }
  const chosen = typeof flags.columns === 'string' ? flags.columns.split(',').map((c) => c.trim()) : undefined
  const unknown = chosen?.find((c) => !columns.some((x) => x.key === c || x.title === c))
  if (unknown !== undefined)
    throw new Usage(`没有“${unknown}”这一列；可用：${columns.map((c) => `${c.key}（${c.title}）`).join('、')}`)
  const out = await open(async (o) => {
    const townId = await townOf(o, flags.town as string | undefined)
    return inTown(o.world.db, townId, async (tx) =>
      exportLedger(
        tx,
        operator(townId),
        {
          filter: parsed.data,
          order: { sort: 'receivedOn', dir: 'desc' },
          columns: chosen?.map((c) => columns.find((x) => x.key === c || x.title === c)!.key) ?? [
            ...defaultColumns,
            'receivedOn',
          ],
        },
        await settingOf(tx, o.world, townId),
      ),
    )
  })
  await writeFile(resolve(file), out.file).catch((e: NodeJS.ErrnoException) => {
    throw new Refused(e.code === 'ENOSPC' ? '磁盘已满，没有写成' : `文件写不进去：${file}`)
  })
  return { json: { file, rows: out.rows }, text: `已导出 ${out.rows} 件到 ${file}` }
}

const trainCategories = async (args: string[], flags: Flags) => {
  const { name, data } = await read(args[0], helps['train categories']!)
  const { rows } = readMessages(await readWorkbook(data, name), { today: clockOf().today(), fileName: name })
  const labelled = rows.filter((r) => r.label).map((r) => ({ title: r.title, text: r.text, label: r.label! }))
  if (labelled.length < 50)
    throw new Refused(`带一级分类的留言只有 ${labelled.length} 条，太少，学不出来（至少 50 条）`)
  const categories = await open((o) =>
    o.world.ownerDb.selectFrom('category').select(['code', 'name']).where('level', '=', 1).execute(),
  )
  const unknown = labelled.find((r) => !categories.some((c) => c.name === r.label))
  if (unknown) throw new Refused(`“${unknown.label}”不在一级分类目录里，请先改正标注`)
  const t = train(labelled, (label) => categories.find((c) => c.name === label)!.code)
  if (typeof flags.out === 'string') await writeFile(resolve(flags.out), JSON.stringify(t.model))
  const { model, ...figures } = t
  const percent = (n: number) => n.toFixed(3)
  return {
    json: { file: name, ...figures, features: Object.keys(model.features).length, out: flags.out ?? null },
    text: [
      `${t.rows} 条，${t.folds} 折交叉验证：宏平均 F1 ${percent(t.macroF1)}，准确率 ${percent(t.accuracy)}`,
      ...t.perClass.map(
        (c) => `${c.name} ${c.n} 条：查准 ${percent(c.precision)} 查全 ${percent(c.recall)} F1 ${percent(c.f1)}`,
      ),
      ...(flags.out ? [`模型已写到 ${flags.out}`] : ['没有写出模型；要写出请加 --out 文件.json']),
    ].join('\n'),
  }
}

const verify = async () => {
  let files = 0
  const all = await open(async (o) => {
    const towns = await o.world.ownerDb.selectFrom('town').select(['id', 'code', 'name']).execute()
    const out: (Verdict & { town: string })[] = []
    for (const t of towns)
      out.push({
        town: t.code,
        ...(await inTown(o.world.db, t.id, (tx) => verifyTown(tx, t.id), { readOnly: true, oneMoment: true })),
      })
    for (const t of towns) {
      const stored = await inTown(o.world.db, t.id, (tx) => verifyFiles(tx, t.id, o.world.files), { readOnly: true })
      const verdict = out.find((v) => v.town === t.code)!
      files += stored.files
      verdict.ok &&= stored.problems.length === 0
      verdict.problems.push(...stored.problems)
    }
    // Of the sealed store only whether it agrees: not how much there is, and of what is wrong not which.
    for (const t of towns) {
      const wrong = await inTown(o.world.db, t.id, (tx) => verifySealed(tx, t.id, keyringOf(o.world.dataDir)))
      const verdict = out.find((v) => v.town === t.code)
      if (wrong.length && verdict) {
        verdict.ok = false
        verdict.problems.push('密封库与校验值不符，或缺少密钥 keys/sealed.json')
      }
    }
    return out
  })
  const ok = all.every((v) => v.ok)
  const json = {
    ok,
    towns: all.length,
    rows: all.reduce((a, v) => a + v.rows, 0),
    subjects: all.reduce((a, v) => a + v.subjects, 0),
    files,
    problems: all.flatMap((v) => v.problems),
  }
  if (!ok)
    throw Object.assign(new Refused(`核对发现 ${json.problems.length} 处问题：\n${json.problems.join('\n')}`), { json })
  return {
    json,
    text: `核对无误：${json.towns} 个镇，${json.subjects} 个对象，${json.rows} 条留痕，${json.files} 份文件，合计相符`,
  }
}

/** Every sealed matter under a new key; the old key is forgotten once that has been committed. */
const rotateKeys = async () => {
  const done = await open(async (o) => {
    const keys = keyringOf(o.world.dataDir)
    const from = keys.current
    const to = keys.add(new Date())
    await o.world.ownerDb.transaction().execute((tx) => rewrap(tx, keys))
    keys.keepOnlyCurrent()
    return { from, to, file: join(o.world.dataDir, 'keys', 'sealed.json') }
  })
  return { json: done, text: `密封密钥已由 ${done.from} 换成 ${done.to}；请另存 ${done.file}，备份中不含密钥` }
}

const doBackup = async (args: string[]) => {
  if (!args[0]) throw new Usage(helps.backup)
  const { backup } = await import('./kit/server/backup.ts')
  const m = await open((o) => backup(o.world.ownerPool, join(o.world.dataDir, 'files'), resolve(args[0]!), new Date()))
  const rows = m.tables.reduce((a, t) => a + t.rows, 0)
  return {
    json: { dir: resolve(args[0]), tables: m.tables.length, rows, files: m.files },
    text: `已备份 ${m.tables.length} 张表、${rows} 行、${m.files} 份材料到 ${resolve(args[0])}；密封件的密钥不在备份中，请另行保存 ${join(dataDirOf(), 'keys', 'sealed.json')}`,
  }
}

const doRestore = async (args: string[]) => {
  if (!args[0]) throw new Usage(helps.restore)
  const { restore } = await import('./kit/server/backup.ts')
  const m = await open((o) => restore(o.world.ownerPool, resolve(args[0]!), join(dataDirOf(), 'files')))
  const rows = m.tables.reduce((a, t) => a + t.rows, 0)
  const checked = await verify()
  return {
    json: { restored: true, rows, files: m.files, verify: checked.json },
    text: `已恢复 ${rows} 行、${m.files} 份材料。${checked.text}`,
  }
}

const main = async (argv: string[]): Promise<number> => {
  let parsed: ReturnType<typeof parseArgs>
  try {
    parsed = parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        help: { type: 'boolean' },
        'dry-run': { type: 'boolean' },
        from: { type: 'string' },
        accepted: { type: 'string' },
        extension: { type: 'string' },
        town: { type: 'string' },
        year: { type: 'string' },
        filter: { type: 'string' },
        columns: { type: 'string' },
        out: { type: 'string' },
        reason: { type: 'string' },
      },
    })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const option = /--?[\w-]+/.exec(message)?.[0] ?? ''
    const says =
      code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION'
        ? `没有 ${option} 这个选项`
        : `选项 ${option} 的写法不对，应写作 ${option} 内容`
    console.error(`${says}\n${usage}`)
    return 2
  }
  const flags = parsed.values as Flags
  const [first, second, ...rest] = parsed.positionals
  const twoWords = ['import', 'export', 'keys', 'report', 'train'].includes(first ?? '')
  const name = twoWords ? `${first} ${second ?? ''}` : (first ?? '')
  const args = twoWords ? rest : [second, ...rest].filter((x): x is string => x !== undefined)
  if (flags.help || name === '') {
    console.log(Object.hasOwn(helps, name) ? helps[name] : usage)
    return name === '' && !flags.help ? 2 : 0
  }
  const commands: Record<string, () => Promise<{ json: unknown; text: string }>> = {
    clock: () => clock(args, flags),
    'import ledger': () => importFile('ledger', args, flags),
    'import messages': () => importFile('messages', args, flags),
    'import divisions': () => importDivisionFile(args, flags),
    'import calendar': () => importCalendarFile(args, flags),
    'train categories': () => trainCategories(args, flags),
    'export ledger': () => exportFile(args, flags),
    'report annual': () => annualReport(args, flags),
    verify,
    'keys rotate': rotateKeys,
    backup: () => doBackup(args),
    restore: () => doRestore(args),
  }
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (!command) throw new Usage(`没有“${name.trim()}”这个命令\n${usage}`)
    // What a command doesn't know would be taken for done: a check of one town, a year that was meant.
    const strange = Object.keys(flags).find((f) => f !== 'json' && f !== 'help' && !helps[name]!.includes(`--${f}`))
    if (strange) throw new Usage(`“${name}”没有 --${strange} 这个选项\n${helps[name]}`)
    const most = /文件|目录|规则/.test(helps[name]!.split('\n')[0]!) ? 1 : 0
    if (args.length > most) throw new Usage(`多写了“${args.slice(most).join(' ')}”\n${helps[name]}`)
    const { json, text } = await command()
    // Written whole before the process ends, however long.
    await new Promise<void>((done) =>
      process.stdout.write(`${flags.json ? JSON.stringify(json) : text}\n`, () => done()),
    )
    return 0
  } catch (error) {
    const e = error as Error & { json?: unknown }
    if (e instanceof Usage) {
      console.error(e.message)
      return 2
    }
    if (flags.json && e.json)
      await new Promise<void>((done) => process.stdout.write(`${JSON.stringify(e.json)}\n`, () => done()))
    console.error(e instanceof Refused ? e.message : `没有办成：${e.message}`)
    return 1
  }
}

process.exit(await main(process.argv.slice(2)))
