import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyTown } from '../../audit/verify.ts'
import { inTown } from '../../kit/server/db.ts'
import { excelDate, readWorkbook } from '../../kit/server/excel.ts'
import { type TestWorld, testWorld } from '../../kit/server/testing.ts'
import { toXls, toXlsx } from '../../kit/server/workbook.fixture.ts'
import { password, smallTown } from '../../people/fixture.ts'
import { operator } from '../../people/roles.ts'
import { createTown, type NewTown } from '../../people/setup.store.ts'
import { createApp } from '../../server.ts'
import type { LedgerRow } from '../routes.ts'
import { indexBatch } from '../search.job.ts'
import { settingOf } from '../world.store.ts'
import { columns } from './columns.ts'
import { fills } from './export.ts'
import { keepFile, loadImport, placesForImport } from './import.store.ts'
import { makeLedger } from './ledgers.fixture.ts'
import type { Preview, PreviewPage, Report } from './preview.ts'
import { noPlaces, readImport, reportOf } from './reading.ts'

const shared = resolve(import.meta.dirname, '../../../../shared/data')
const office = resolve(shared, 'office-ledger.xlsx')
const real = existsSync(shared)

let world: TestWorld
let town: NewTown
let app: Awaited<ReturnType<typeof createApp>>
const cookies = new Map<string, string>()

beforeAll(async () => {
  world = await testWorld('2026-03-05')
  town = await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
  app = await createApp(world)
})
afterAll(async () => {
  await app?.close()
  await world?.drop()
})

const cookieOf = async (who: string) => {
  if (!cookies.has(who)) {
    const r = await app.inject({ method: 'POST', url: '/api/sign-in', payload: { username: who, password } })
    expect(r.statusCode, r.body).toBe(200)
    cookies.set(who, r.cookies.map((c) => `${c.name}=${c.value}`).join('; '))
  }
  return cookies.get(who)!
}
const ask = async (who: string, method: 'GET' | 'POST', url: string, body?: unknown) => {
  const r = await app.inject({
    method,
    url,
    headers: { cookie: await cookieOf(who) },
    ...(body === undefined ? {} : { payload: body as object }),
  })
  return {
    status: r.statusCode,
    json: r.headers['content-type']?.toString().includes('json') ? r.json() : null,
    raw: r.rawPayload,
  }
}
const upload = async (who: string, name: string, data: Uint8Array, kind = 'ledger') => {
  const edge = '----huisheng'
  const payload = Buffer.concat([
    Buffer.from(
      `--${edge}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`,
    ),
    data,
    Buffer.from(`\r\n--${edge}--\r\n`),
  ])
  const r = await app.inject({
    method: 'POST',
    url: `/api/imports?kind=${kind}`,
    headers: { cookie: await cookieOf(who), 'content-type': `multipart/form-data; boundary=${edge}` },
    payload,
  })
  return { status: r.statusCode, json: r.json() }
}
const matters = async () =>
  Number(
    (
      await world.ownerDb
        .selectFrom('petition')
        .select((eb) => eb.fn.countAll<string>().as('n'))
        .where('townId', '=', town.townId)
        .executeTakeFirstOrThrow()
    ).n,
  )
const load = async (preview: Preview) =>
  (await ask('clerk', 'POST', `/api/imports/${preview.id}/load`, {})).json as Report

describe.runIf(real)('办公室台账', () => {
  let first: Report
  test('先看后导：76 行 76 件，38/24/14，重复的关联，损坏的证件号不存', async () => {
    const { status, json } = await upload('clerk', '台账.xlsx', readFileSync(office))
    expect(status).toBe(200)
    const preview = json as Preview
    expect(preview.summary).toMatchObject({
      sheets: 1,
      rows: 76,
      registered: 76,
      linked: 1,
      rejected: 0,
      byGrade: { red: 14, yellow: 24, blue: 38, none: 0 },
    })
    expect(await matters()).toBe(0)
    const page = (await ask('clerk', 'GET', `/api/imports/${preview.id}/rows?verdict=warning`)).json as PreviewPage
    expect(page.total).toBe(preview.verdicts.warning)
    expect(page.rows.find((r) => r.row === 71)?.other?.row).toBe(62)
    // Names are masked on the screen, phones only said to have been read.
    expect(JSON.stringify(page.rows)).not.toMatch(/赵凤春|1[358]\d{9}/)
    first = await load(preview)
    expect(first).toMatchObject({ rows: 76, registered: 76, linked: 1, rejected: 0 })
    expect(await matters()).toBe(76)
    const kept = await world.ownerDb.selectFrom('importRow').select(['verdict', 'petitionId']).execute()
    expect(kept.length).toBe(76)
    expect(kept.every((k) => k.petitionId)).toBe(true)
    expect((await world.ownerDb.selectFrom('importPreview').select('n').execute()).length).toBe(0)
    const ids = await world.ownerDb
      .selectFrom('petitionParty')
      .select(['name', 'idLast4'])
      .where('idLast4', '!=', '')
      .execute()
    expect(first.flags.filter((f) => f.code === 'idDamaged').length).toBe(5)
    // 76 people, 4 without a number, 5 damaged.
    expect(ids.length).toBe(67)
    const links = await world.ownerDb.selectFrom('petitionLink').select('kind').execute()
    expect(links.map((l) => l.kind)).toEqual(['repeat'])
  })
  test('按一次和按两次一样', async () => {
    const past = (await ask('clerk', 'GET', '/api/imports')).json as { id: string }[]
    expect((await ask('clerk', 'POST', `/api/imports/${past[0]!.id}/load`, {})).json).toMatchObject({ registered: 76 })
    expect(await matters()).toBe(76)
    expect((await ask('clerk', 'POST', `/api/imports/${past[0]!.id}/preview`, {})).status).toBe(409)
  })
  test('原表的那一行写明用途后看得到，证件号、电话仍遮盖；原文件下载下来一字不差，留痕；别的岗位下载不了', async () => {
    const row = await world.ownerDb
      .selectFrom('importRow')
      .select(['importId', 'petitionId'])
      .where('row', '=', 71)
      .executeTakeFirstOrThrow()
    const seen = await ask('clerk', 'POST', `/api/petitions/${row.petitionId}/reveal`, { purpose: '核对原台账' })
    expect(seen.json.origin).toMatchObject({ importId: row.importId, file: '台账.xlsx', sheet: '台账', row: 71 })
    const cells = new Map(seen.json.origin.cells.map((c: { head: string; value: string }) => [c.head, c.value]))
    expect(cells.get('主要诉求')).toBe('再次反映上沟峪村南有人占用耕地建养殖棚，要求查处')
    expect(cells.get('信访人姓名')).toBe('赵凤春')
    expect(JSON.stringify(seen.json.origin)).not.toMatch(/1[3-9]\d{9}|\d{17}/)
    const file = await ask('clerk', 'GET', `/api/imports/${row.importId}/file`)
    expect(file.raw.equals(readFileSync(office))).toBe(true)
    const traced = await world.ownerDb.selectFrom('trace').select('says').where('kind', '=', 'export').execute()
    expect(traced.map((t) => t.says)).toContain('下载导入的原件“台账.xlsx”')
    expect((await ask('unitHandler', 'GET', `/api/imports/${row.importId}/file`)).status).toBe(403)
  })
  test('同一个文件再导入：一件不增，逐行说明已在册', async () => {
    const { json } = await upload('clerk', '台账（副本）.xlsx', readFileSync(office))
    const preview = json as Preview
    expect(preview.verdicts).toEqual({ ok: 0, warning: 0, known: 76, rejected: 0 })
    const report = await load(preview)
    expect(report).toMatchObject({ rows: 76, registered: 0, linked: 76, rejected: 0 })
    expect(report.flags.filter((f) => f.code === 'alreadyRegistered').length).toBe(76)
    expect(await matters()).toBe(76)
  })
  test('办公室在原表里又添了两行：只登记新的', async () => {
    const book = await readWorkbook(readFileSync(office))
    const sheet = book.sheets[0]!
    const rows = [...sheet.rows]
    const model = rows.find((r) => r.n === 78)!
    const more = [82, 83].map((n) => ({
      n,
      cells: model.cells.map((c) => ({
        ...c,
        v:
          c.c === 4
            ? ['贾明', '鲁强'][n - 82]!
            : c.c === 10
              ? '要求更换老化的自来水管道'
              : c.c === 6
                ? 13800009990 + n
                : c.c === 5
                  ? null
                  : c.v,
      })),
    }))
    const data = toXlsx({ sheets: [{ ...sheet, rows: [...rows.filter((r) => r.n < 80), ...more] }] })
    const report = await load((await upload('clerk', '台账新.xlsx', data)).json as Preview)
    expect(report).toMatchObject({ rows: 78, registered: 2, linked: 76 })
    expect(await matters()).toBe(78)
  })
  test('自己导出的台账再导入：一件不增', async () => {
    for (const query of ['', '?columns=number,title,receivedOn', '?unmasked=1&purpose=%E6%A0%B8%E5%AF%B9']) {
      const file = await ask('clerk', 'GET', `/api/petitions/export.xlsx${query}`)
      expect(file.status).toBe(200)
      const preview = (await upload('clerk', '信访台账 2026-03-05.xlsx', file.raw)).json as Preview
      expect([query, preview.verdicts]).toEqual([query, { ok: 0, warning: 0, known: 78, rejected: 0 }])
      await load(preview)
    }
    expect(await matters()).toBe(78)
  })
})

test('对应关系可以改，改过的记住，下次同样的表头直接用', async () => {
  const book = (rows: [string, string, string][]) =>
    toXlsx({
      sheets: [
        {
          name: '表',
          hidden: false,
          merges: [],
          rows: [['群众', '甲栏', '乙栏'] as const, ...rows].map((line, i) => ({
            n: i + 1,
            cells: line.map((v, c) => ({ c: c + 1, v })),
          })),
        },
      ],
    })
  const first = (await upload('clerk', 'a.xlsx', book([['周勤', '要求清理村口多年的垃圾堆', '2025.3.4']])))
    .json as Preview
  const sheet = first.proposal!.sheets[0]!
  const mapping = {
    sheets: [
      {
        ...sheet,
        kind: 'ledger',
        columns: sheet.columns.map((c) => ({
          ...c,
          field: c.index === 1 ? 'petitionerName' : c.index === 2 ? 'facts' : 'receivedOn',
          why: '人工指定',
        })),
      },
    ],
  }
  const again = (await ask('clerk', 'POST', `/api/imports/${first.id}/preview`, { mapping })).json as Preview
  expect(again.summary).toMatchObject({ rows: 1, registered: 1 })
  const before = await matters()
  await ask('clerk', 'POST', `/api/imports/${first.id}/load`, { mapping })
  expect(await matters()).toBe(before + 1)
  const next = (await upload('clerk', 'b.xlsx', book([['钱良', '反映水渠淤塞无人清理', '2025.3.5']]))).json as Preview
  expect(next.proposal!.sheets[0]!.columns.map((c) => [c.field, c.why])).toEqual([
    ['petitionerName', '沿用上次的对应'],
    ['facts', '沿用上次的对应'],
    ['receivedOn', '沿用上次的对应'],
  ])
})

test('中途失败，什么都不留下，可以重来', async () => {
  const made = makeLedger(7)
  const workbook = await readWorkbook(toXls(made.workbook))
  const who = operator(town.townId)
  const before = await matters()
  const attempt = (fail: boolean) =>
    inTown(world.db, town.townId, async (tx) => {
      const s = await settingOf(tx, world, town.townId)
      const reading = readImport('ledger', '台账.xls', workbook, await placesForImport(tx, town.townId), {
        today: s.today,
        known: true,
      })
      const id = await keepFile(tx, world.files, who, 'ledger', '台账.xls', new Uint8Array([1]), null, s.now)
      return loadImport(tx, who, id, reading, s, {
        step: () => {
          if (fail) throw new Error('断电')
        },
      })
    })
  await expect(attempt(true)).rejects.toThrow('断电')
  expect(await matters()).toBe(before)
  expect(await world.ownerDb.selectFrom('import').select('id').where('fileName', '=', '台账.xls').execute()).toEqual([])
  expect(await attempt(false)).toMatchObject({ registered: made.truths.length })
  expect(await matters()).toBe(before + made.truths.length)
})

describe('导出', () => {
  test('导出再读回：筛选、次序、列、类型、颜色与所见一致；像公式的文字仍是文字；写明何人何时何用', async () => {
    const nasty = [
      '=HYPERLINK("http://x")',
      '+86 要求',
      '@SUM(A1)',
      '-1+2',
      '𠮷䶮村要求修路',
      '第一行\n第二行',
      '<b>&"',
      '\u0007响铃',
      '长'.repeat(300),
    ]
    for (const [i, request] of nasty.entries()) {
      const r = await ask('clerk', 'POST', '/api/petitions', {
        requestId: `018f0000-0000-7000-8000-${String(i).padStart(12, '0')}`,
        input: {
          channel: 'visit',
          receivedOn: '2026-03-04',
          title: [...request].slice(0, 100).join(''),
          request,
          grade: i % 2 ? 'yellow' : 'blue',
          parties: [{ name: `王导出${i}` }],
          villageId: town.villages.东庄村,
        },
      })
      expect(r.status, JSON.stringify(r.json)).toBeLessThan(300)
    }
    const keys = columns.map((c) => c.key)
    for (const query of [
      `receivedFrom=2026-03-04&sort=receivedOn&dir=asc&columns=${keys.join(',')}`,
      'grade=yellow&columns=title,grade,receivedOn,headCount&sort=receivedOn&dir=desc',
    ]) {
      const list = (await ask('clerk', 'GET', `/api/petitions?size=200&${query}`)).json as { rows: LedgerRow[] }
      const file = await ask(
        'clerk',
        'GET',
        `/api/petitions/export.xlsx?${query}&unmasked=1&purpose=${encodeURIComponent('季度核对')}`,
      )
      const [sheet] = (await readWorkbook(file.raw)).sheets
      const wanted = new URLSearchParams(query)
        .get('columns')!
        .split(',')
        .map((k) => columns.find((c) => c.key === k)!)
      const rows = [...sheet!.rows].slice(2)
      expect(rows.length).toBe(list.rows.length)
      rows.forEach((row, i) => {
        const shown = list.rows[i]!
        wanted.forEach((c, at) => {
          const cell = row.cells.find((x) => x.c === at + 1)
          const value = c.value(shown, world.clock.today())
          if (c.key === 'petitioner') expect(String(cell?.v)).not.toContain('*')
          else if (c.excel === 'date' && value !== '')
            expect([cell?.date, excelDate(Number(cell?.v))]).toEqual([true, value])
          else expect(cell?.v ?? '').toBe(typeof value === 'string' ? value.replaceAll('\u0007', '') : value)
          if (c.key === 'grade' && shown.grade) expect(cell?.fill).toBe(fills[shown.grade])
          expect(cell?.formula).toBeUndefined()
        })
      })
      const parts = unzipSync(file.raw)
      const text = (name: string) => new TextDecoder().decode(parts[name]!)
      expect(text('docProps/core.xml')).toMatch(/季度核对/)
      expect(text('xl/worksheets/sheet1.xml')).toMatch(/oddFooter>&amp;L.*2026-03-05 导出，未遮盖，用途：季度核对/)
      expect(text('xl/worksheets/sheet1.xml')).toMatch(/state="frozen"/)
    }
    const traces = await world.ownerDb
      .selectFrom('trace')
      .select('says')
      .where('kind', '=', 'export')
      .orderBy('seq')
      .execute()
    expect(traces.at(-1)!.says).toMatch(/不遮盖，用途：季度核对/)
  })
  test('窗口登记的事项，筛选导出后再导入：核对时就说已在册，导入一件不增', async () => {
    const count = async () =>
      Number(
        (
          await world.ownerDb
            .selectFrom('petition')
            .select((q) => q.fn.countAll().as('n'))
            .executeTakeFirstOrThrow()
        ).n,
      )
    const before = await count()
    const file = await ask('clerk', 'GET', '/api/petitions/export.xlsx?receivedFrom=2026-03-04&grade=yellow')
    const preview = (await upload('clerk', '信访台账.xlsx', file.raw)).json as Preview
    expect(preview.verdicts).toEqual({ ok: 0, warning: 0, known: 4, rejected: 0 })
    expect(await load(preview)).toMatchObject({ rows: 4, registered: 0, linked: 4 })
    expect(await count()).toBe(before)
  })
  test('默认遮盖；不遮盖须写用途，只限信访办', async () => {
    const masked = await readWorkbook((await ask('clerk', 'GET', '/api/petitions/export.xlsx')).raw)
    expect(JSON.stringify([...masked.sheets[0]!.rows])).not.toMatch(/王导出/)
    expect((await ask('clerk', 'GET', '/api/petitions/export.xlsx?unmasked=1')).status).toBe(400)
    expect((await ask('areaSecretary', 'GET', '/api/petitions/export.xlsx?unmasked=1&purpose=看看')).status).toBe(409)
  })
})

test('坏文件、不是台账的文件，用一句话说清楚；不是信访办的不能导入', async () => {
  expect(await upload('clerk', 'a.xlsx', Buffer.from('你好'))).toMatchObject({
    status: 400,
    json: { message: expect.stringMatching(/有效/) },
  })
  const list = toXlsx({
    sheets: [
      {
        name: '名单',
        hidden: false,
        merges: [],
        rows: [
          {
            n: 1,
            cells: [
              { c: 1, v: '姓名' },
              { c: 2, v: '职务' },
            ],
          },
          {
            n: 2,
            cells: [
              { c: 1, v: '张三' },
              { c: 2, v: '书记' },
            ],
          },
        ],
      },
    ],
  })
  expect(await upload('clerk', '名单.xlsx', list)).toMatchObject({
    status: 200,
    json: { total: 0, flags: [{ message: expect.stringMatching(/没有认出台账/) }] },
  })
  expect((await upload('gridWorker', '名单.xlsx', list)).status).toBe(403)
})

test('重复的两行挨着、隔一批、隔几批，都与先出现的一件关联', async () => {
  const texts = ['排水沟堵塞', '路灯不亮', '欠工资', '青苗补偿', '宅基地界址', '承包费', '低保', '危房']
  const repeats = new Map([
    [15, 10],
    [300, 20],
    [700, 300],
    [790, 3],
  ])
  const rows = [
    ['序号', '信访人', '电话', '主要诉求', '登记时间'],
    ...Array.from({ length: 800 }, (_, i) => {
      const of = repeats.get(i) === 300 ? 20 : (repeats.get(i) ?? i)
      return [
        i + 1,
        `甲${String.fromCharCode(0x4e00 + of * 3)}${String.fromCharCode(0x6c00 + of)}`,
        `138${String(of * 7919).padStart(8, '0')}`,
        `反映${texts[of % 8]}一事第${of}户要求解决`,
        '2026-01-05',
      ]
    }),
  ]
  const file = toXlsx({
    sheets: [
      {
        name: '台账',
        hidden: false,
        merges: [],
        rows: rows.map((r, n) => ({ n: n + 1, cells: r.map((v, c) => ({ c: c + 1, v })) })),
      },
    ],
  })
  const preview = (await upload('clerk', '很长.xlsx', file)).json as Preview
  expect(preview.summary).toMatchObject({ rows: 800, linked: 4 })
  await load(preview)
  const links = await world.ownerDb
    .selectFrom('petitionLink as l')
    .innerJoin('importRow as a', 'a.petitionId', 'l.fromId')
    .innerJoin('importRow as b', 'b.petitionId', 'l.toId')
    .select(['a.row as from', 'b.row as to'])
    .where('a.importId', '=', preview.id)
    .where('b.importId', '=', preview.id)
    .orderBy('a.row')
    .execute()
  expect(links.map((l) => [l.from - 2, l.to - 2])).toEqual([
    [15, 10],
    [300, 20],
    [700, 20],
    [790, 3],
  ])
})

test('成批导入的，一导完就查得到：检索的内容随行写下，和逐件登记后补写的一样', async () => {
  const found = () =>
    world.ownerDb
      .selectFrom('petition')
      .innerJoin('import', 'import.id', 'petition.importId')
      .leftJoin('petitionSearch', 'petitionSearch.petitionId', 'petition.id')
      .where('import.fileName', '=', '很长.xlsx')
      .select(['petition.id', 'petitionSearch.text', 'petitionSearch.grams'])
      .orderBy('petition.id')
      .execute()
  const queued = world.ownerDb.selectFrom('searchQueue').select('petitionId').where('townId', '=', town.townId)
  const waiting = new Set((await queued.execute()).map((q) => q.petitionId))
  const written = (await found()).filter((r) => !waiting.has(r.id))
  expect(written.length).toBe(800)
  expect(written.filter((r) => !r.text)).toEqual([])
  await world.ownerDb
    .insertInto('searchQueue')
    .values(written.map((r) => ({ townId: town.townId, petitionId: r.id })))
    .execute()
  await inTown(world.db, town.townId, async (tx) => {
    while (await indexBatch(tx, town.townId)) {}
  })
  const again = new Map((await found()).map((r) => [r.id, r]))
  expect(written.map((r) => again.get(r.id))).toEqual(written)
})

describe.runIf(real)('群众留言', () => {
  test('1400 条都成为事项，日期照原样，答复成为办理结果；再导入一条不增', async () => {
    const data = readFileSync(resolve(shared, 'citizen-messages-with-replies.xlsx'))
    const before = await matters()
    const preview = (await upload('clerk', '留言.xlsx', data, 'messages')).json as Preview
    expect(preview.summary).toMatchObject({ rows: 1400, registered: 1400, rejected: 0 })
    const report = await load(preview)
    expect(report).toMatchObject({ rows: 1400, registered: 1400, rejected: 0 })
    expect(await matters()).toBe(before + 1400)
    const again = (await upload('clerk', '留言.xlsx', data, 'messages')).json as Preview
    expect(again.verdicts.known).toBe(1400)
  })
  test('带标签的 495 条也能导入', async () => {
    const workbook = await readWorkbook(readFileSync(resolve(shared, 'citizen-messages-labelled.xlsx')))
    expect(
      reportOf(readImport('messages', 'x.xlsx', workbook, noPlaces, { today: world.clock.today() })),
    ).toMatchObject({ rows: 495, registered: 495 })
  })
})

describe('一格不对劲，不妨碍整个文件', () => {
  const head = ['序号', '信访人', '联系电话', '诉求', '收到日期', '人数', '住址', '进展']
  const sheet = (rows: (string | number)[][], name = '台账'): Uint8Array =>
    toXlsx({
      sheets: [
        {
          name,
          hidden: false,
          rows: [head, ...rows].map((cells, i) => ({ n: i + 1, cells: cells.map((v, c) => ({ c: c + 1, v })) })),
          merges: [],
        },
      ],
    })
  const row = (n: number, more: Record<number, string | number> = {}) =>
    Object.assign(
      [
        n,
        `陶${'甲乙丙丁戊'[n % 5]}国`,
        `139${10_000_000 + n}`,
        `第${n}户的水渠堵塞${n * 7919}`,
        '2026-02-11',
        1,
        '',
        '',
      ],
      more,
    )

  test('空字符、半个字、离谱的人数、极长的文字：照样导入，文件名截断处不留半个字，核对无误', async () => {
    const before = await matters()
    const data = sheet([
      row(1, { 3: '空字符_x0000_在中间的诉求' }),
      row(2, { 3: '半个字_xD800_在中间的诉求', 6: `${'住'.repeat(199)}😀😀` }),
      row(3, { 5: 99_999_999_999 }),
      row(4, { 5: '3000000000 人' }),
      row(5, { 1: '陶某等99999999999人' }),
      row(6, { 5: -7 }),
      row(7, { 3: '𠮷䶮'.repeat(12_000), 7: '展'.repeat(30_000) }),
    ])
    const { status, json } = await upload('clerk', `${'😀'.repeat(80)}xx.xlsx`, data)
    expect(status, JSON.stringify(json)).toBe(200)
    const page = (await ask('clerk', 'GET', `/api/imports/${json.id}/rows`)).json as PreviewPage
    const said = page.rows.flatMap((r) => r.flags.map((f) => f.message)).join('\n')
    expect(said).toContain('人数“99999999999”太大，没有采用，请核对')
    const done = await ask('clerk', 'POST', `/api/imports/${json.id}/load`, {})
    expect(done.status, JSON.stringify(done.json)).toBe(200)
    expect(done.json).toMatchObject({ registered: 7, rejected: 0 })
    expect(await matters()).toBe(before + 7)
    const kept = await world.ownerPool.query(
      "select request from petition where request like '%在中间的诉求' order by 1",
    )
    expect(kept.rows.map((r) => r.request)).toEqual(['半个字\ufffd在中间的诉求', '空字符在中间的诉求'])
    const verdict = await inTown(world.ownerDb, town.townId, (tx) => verifyTown(tx, town.townId))
    expect(verdict).toMatchObject({ ok: true })
  })

  test('数据库在中途拒收一行：全部撤回，改正后马上可以再导', async () => {
    const before = await matters()
    const data = sheet(
      Array.from({ length: 3000 }, (_, k) =>
        row(1000 + k, k % 50 === 3 ? { 1: '陶重国', 3: '三番五次反映的水渠' } : {}),
      ),
    )
    const { json } = await upload('clerk', '大台账.xlsx', data)
    await world.ownerPool.query(
      `create function refuse_row() returns trigger language plpgsql as $$ begin
         if new.request like '第1900户%' then raise exception 'refused' using errcode = '23514'; end if; return new; end $$;
       create trigger refuse_row before insert on petition for each row execute function refuse_row()`,
    )
    const faults: unknown[] = []
    const loading = () =>
      inTown(world.db, town.townId, async (tx) => {
        const s = await settingOf(tx, world, town.townId)
        const reading = readImport(
          'ledger',
          '大台账.xlsx',
          await readWorkbook(data),
          await placesForImport(tx, town.townId),
          {
            today: s.today,
            known: true,
          },
        )
        return loadImport(tx, operator(town.townId), json.id, reading, s, {
          ask: (work) => inTown(world.db, town.townId, work, { readOnly: true }),
        })
      }).catch((error) => faults.push(error))
    await loading()
    expect(faults.map((e) => (e as { code?: string }).code)).toEqual(['23514'])
    const refused = await ask('clerk', 'POST', `/api/imports/${json.id}/load`, {})
    expect([refused.status, refused.json.message]).toEqual([500, expect.stringContaining('没有处理成功')])
    expect(await matters()).toBe(before)
    expect((await ask('clerk', 'GET', `/api/imports/${json.id}`)).json).toMatchObject({ status: 'read', done: 0 })
    await world.ownerPool.query('drop trigger refuse_row on petition; drop function refuse_row()')
    const again = await ask('clerk', 'POST', `/api/imports/${json.id}/load`, {})
    expect([again.status, again.json.registered]).toEqual([200, 3000])
    expect(await matters()).toBe(before + 3000)
  })

  test('同一份台账两个人同时导入：各有结果，一件不重', async () => {
    const before = await matters()
    const data = sheet(
      Array.from({ length: 1200 }, (_, k) => row(9000 + k, { 3: `两人同导第${k}户的水渠${k * 7919}` })),
    )
    const previews = [await upload('clerk', '甲.xlsx', data), await upload('petitionHead', '乙.xlsx', data)]
    const loads = await Promise.all(
      previews.map((p, i) => ask(i ? 'petitionHead' : 'clerk', 'POST', `/api/imports/${p.json.id}/load`, {})),
    )
    expect(loads.map((l) => l.status)).toEqual([200, 200])
    expect(loads.map((l) => l.json.registered).sort((a, b) => a - b)).toEqual([0, 1200])
    expect(await matters()).toBe(before + 1200)
  })
})
