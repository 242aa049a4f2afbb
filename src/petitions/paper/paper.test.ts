import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyTown } from '../../audit/verify.ts'
import { builtInTemplate } from '../../documents/render.ts'
import { sha256, uuidv7 } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import { type TestWorld, testWorld } from '../../kit/server/testing.ts'
import { password, smallTown } from '../../people/fixture.ts'
import { createTown, type NewTown } from '../../people/setup.store.ts'
import { createApp } from '../../server.ts'
import { fileAll } from '../../worker.ts'
import type { MatterView } from '../routes.ts'
import { annualFacts } from './annual.store.ts'

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
  let cookie = cookies.get(who)
  if (!cookie) {
    const r = await app.inject({ method: 'POST', url: '/api/sign-in', payload: { username: who, password } })
    expect(r.statusCode, r.body).toBe(200)
    cookie = r.cookies.map((c) => `${c.name}=${c.value}`).join('; ')
    cookies.set(who, cookie)
  }
  return cookie
}
const as = async (
  who: string,
  method: 'GET' | 'POST',
  url: string,
  body?: unknown,
): Promise<{ status: number; json: any; raw: Buffer; headers: Record<string, unknown> }> => {
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
    headers: r.headers,
  }
}
const view = async (id: string, who = 'clerk') => (await as(who, 'GET', `/api/petitions/${id}`)).json as MatterView
const move = async (who: string, id: string, name: string, input: unknown = {}) =>
  as(who, 'POST', `/api/petitions/${id}/moves/${name}`, {
    requestId: uuidv7(),
    version: (await view(id)).matter.version,
    input,
  })
const ok = async (p: Promise<{ status: number; json: unknown }>) => {
  const r = await p
  expect(r.status, JSON.stringify(r.json)).toBe(200)
  return r.json as MatterView
}
const register = async (more: object = {}) => {
  const r = await as('clerk', 'POST', '/api/petitions', {
    requestId: uuidv7(),
    input: {
      channel: 'visit',
      receivedOn: world.clock.today(),
      request: '要求按合同补足少分的 0.3 亩承包地',
      facts: '二〇一九年调整时少分',
      oral: true,
      readBack: true,
      parties: [{ name: '王建国𠮷', phone: '13800001234', address: '东庄村 12 号' }],
      villageId: town.villages.东庄村,
      ...more,
    },
  })
  expect(r.status, JSON.stringify(r.json)).toBe(200)
  return r.json.id as string
}
const accepted = async () => {
  const id = await register()
  await ok(move('clerk', id, 'classify', { class: 'claim', route: 'petitionProcedure' }))
  await ok(move('petitionHead', id, 'accept', { contact: '李明 0538-1234567' }))
  return id
}
const send = async (who: string, kind: string, docx: Uint8Array, note = '') => {
  const boundary = 'huisheng'
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="note"\r\n\r\n${note}\r\n--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="模板.docx"\r\nContent-Type: application/octet-stream\r\n\r\n`
  const r = await app.inject({
    method: 'POST',
    url: `/api/templates/${kind}`,
    headers: { cookie: await cookieOf(who), 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([Buffer.from(head), Buffer.from(docx), Buffer.from(`\r\n--${boundary}--\r\n`)]),
  })
  return { status: r.statusCode, json: r.json() as { message?: string; version?: number } }
}
const words = (json: unknown) => JSON.stringify(json)

describe('文书的出具', () => {
  test('预览看得到将要出具的文书，什么也不写入，文号不跳号', async () => {
    const id = await register()
    await ok(move('clerk', id, 'classify', { class: 'claim', route: 'petitionProcedure' }))
    const before = await view(id)
    const look = () =>
      as('petitionHead', 'POST', `/api/petitions/${id}/moves/accept/preview`, {
        version: before.matter.version,
        input: { contact: '李明' },
      })
    const a = await look()
    expect(a.status, words(a.json)).toBe(200)
    expect(a.json.map((x: { title: string; number: string }) => [x.title, x.number])).toEqual([
      ['信访事项受理告知书', '试政信受〔2026〕1号'],
    ])
    expect(words(a.json)).toContain('王建国𠮷')
    expect((await look()).json[0].number).toBe('试政信受〔2026〕1号')
    const after = await view(id)
    expect([after.matter.version, after.traceCount, after.documents.length]).toEqual([
      before.matter.version,
      before.traceCount,
      before.documents.length,
    ])
    const v = await ok(move('petitionHead', id, 'accept', { contact: '李明' }))
    expect(v.documents.find((d) => d.kind === 'acceptanceNotice')!.number).toBe('试政信受〔2026〕1号')
    const no = await as('petitionHead', 'POST', `/api/petitions/${id}/moves/accept/preview`, {
      version: v.matter.version,
      input: {},
    })
    expect([no.status, no.json.message]).toEqual([409, expect.stringContaining('现在不能')])
  })
  test('出具的 Word 文件存档，SHA-256 不变；打印页按存档显示', async () => {
    const id = await accepted()
    const d = (await view(id)).documents.find((x) => x.kind === 'acceptanceNotice')!
    const first = await as('clerk', 'GET', `/api/petitions/${id}/documents/${d.id}/docx`)
    const again = await as('clerk', 'GET', `/api/petitions/${id}/documents/${d.id}/docx`)
    expect(first.status).toBe(200)
    expect(first.raw.equals(again.raw)).toBe(true)
    expect(first.headers['x-sha256']).toBe(sha256(first.raw))
    const page = await as('clerk', 'GET', `/api/petitions/${id}/documents/${d.id}`)
    expect(page.json.sha256).toBe(sha256(first.raw))
    expect(words(page.json.sheet)).toContain('李明 0538-1234567')
    const t = await as('clerk', 'GET', `/api/petitions/${id}/timeline?kind=read`)
    expect(t.json[0].says).toContain('打开《信访事项受理告知书》')
    expect((await as('unitHandler', 'GET', `/api/petitions/${id}/documents/${d.id}`)).status).toBe(404)
  })
  test('没有打开过的文书由后台存档；存档文件改动一个字节就查得出', async () => {
    const id = await accepted()
    for (;;) if ((await fileAll(world)) === 0) break
    const d = (await view(id)).documents.find((x) => x.kind === 'acceptanceNotice')!
    const kept = await world.ownerPool.query('select sha256 from document_file where document_id = $1', [d.id])
    expect(kept.rows[0].sha256).toMatch(/^[0-9a-f]{64}$/)
    await world.ownerPool.query(
      'update document_file set docx = set_byte(docx, 100, (get_byte(docx, 100) + 1) % 256) where document_id = $1',
      [d.id],
    )
    const r = await as('clerk', 'GET', `/api/petitions/${id}/documents/${d.id}`)
    expect([r.status, r.json.message]).toEqual([409, expect.stringContaining('校验值不符')])
  })
  test('重新出具：文号不变出第二版，写明理由，旧版可读并标明；不能对旧版再出', async () => {
    const id = await accepted()
    const old = (await view(id)).documents.find((x) => x.kind === 'acceptanceNotice')!
    expect((await move('petitionHead', id, 'reissuePaper', { documentId: old.id, reason: '' })).json.message).toContain(
      '理由',
    )
    expect(
      (
        await move('petitionHead', id, 'reissuePaper', {
          documentId: old.id,
          reason: '联系人有误',
          corrections: [{ tag: '文号', text: '试政信受〔2026〕99号' }],
        })
      ).json.message,
    ).toContain('没有“文号”这一项')
    const v = await ok(
      move('petitionHead', id, 'reissuePaper', {
        documentId: old.id,
        reason: '联系人有误',
        corrections: [{ tag: '联系人', text: '张敏 0538-7654321' }],
      }),
    )
    const fresh = v.documents.find((d) => d.replacesId === old.id)!
    expect([fresh.number, fresh.version, fresh.reason]).toEqual([old.number, 2, '联系人有误'])
    const page = (await as('clerk', 'GET', `/api/petitions/${id}/documents/${fresh.id}`)).json
    expect(words(page.sheet)).toContain('张敏 0538-7654321')
    expect(words(page.sheet)).toContain('第2版，代替2026年3月5日出具的第1版。重新出具的理由：联系人有误')
    const before = (await as('clerk', 'GET', `/api/petitions/${id}/documents/${old.id}`)).json
    expect(words(before.sheet)).toContain('李明 0538-1234567')
    expect(before.versions.map((x: { version: number }) => x.version)).toEqual([2, 1])
    expect(
      (await move('petitionHead', id, 'reissuePaper', { documentId: old.id, reason: '再出' })).json.message,
    ).toContain('已有新版本')
    const third = await ok(move('petitionHead', id, 'reissuePaper', { documentId: fresh.id, reason: '加盖印章' }))
    const last = third.documents.find((d) => d.replacesId === fresh.id)!
    const shown = (await as('clerk', 'GET', `/api/petitions/${id}/documents/${last.id}`)).json
    expect(last.version).toBe(3)
    expect(words(shown.sheet)).toContain('张敏 0538-7654321')
    const next = await accepted()
    const n = Number(/〔2026〕(\d+)号/.exec(old.number!)![1])
    expect((await view(next)).documents.find((d) => d.kind === 'acceptanceNotice')!.number).toBe(
      `试政信受〔2026〕${n + 1}号`,
    )
  })
  test('送达即有送达回证；登记表、给信访人的信、督办与建议都成文书', async () => {
    const id = await accepted()
    await ok(
      move('petitionHead', id, 'assignHandler', {
        mainUnitId: town.units.自然资源所,
        mainHandlerId: town.staff.unitHandler2,
        areaOwnerId: town.staff.areaSecretary,
        villageOwnerId: town.staff.villageOfficer,
      }),
    )
    const notice = (await view(id)).documents.find((x) => x.kind === 'acceptanceNotice')!
    await ok(
      move('clerk', id, 'serve', {
        documentId: notice.id,
        way: 'inPerson',
        servedOn: '2026-03-05',
        outcome: 'refused',
        witness: '村干部李某',
        note: '不同意受理的期限',
      }),
    )
    await ok(move('clerk', id, 'registrationForm'))
    expect((await move('clerk', id, 'registrationForm')).json.message).toContain('已经出具')
    await ok(move('clerk', id, 'writeLetter', { body: '您反映的事正在办理，自然资源所张工去现场量地。', next: '' }))
    expect((await move('clerk', id, 'superviseUnit', {})).json.message).toContain('信访办主任')
    await ok(
      move('petitionHead', id, 'superviseUnit', {
        unitId: town.units.自然资源所,
        fault: 'delay',
        facts: '受理后七日没有联系信访人',
        demand: '三日内联系并报告',
        answerBy: '2026-03-09',
      }),
    )
    expect(
      (await move('unitHandler2', id, 'answerSupervision', { onDay: '2026-03-06', body: '已联系' })).json.message,
    ).toContain('不能晚于今天')
    await ok(move('unitHandler2', id, 'answerSupervision', { onDay: '2026-03-05', body: '已联系' }))
    expect(
      (await move('unitHandler2', id, 'answerSupervision', { onDay: '2026-03-05', body: '再答' })).json.message,
    ).toContain('没有等待答复')
    const advised = await ok(
      move('petitionHead', id, 'advise', {
        unitId: town.units.自然资源所,
        adviceKind: 'policy',
        problem: '调整台账不公开',
        advice: '逐村公开',
      }),
    )
    expect(advised.clocks.find((c) => c.rule === 'D14')!.dueOn).toBe('2026-04-04')
    const v = await ok(move('clerk', id, 'answerAdvice', { onDay: '2026-03-05', adopted: 'adopted', body: '照办' }))
    expect(v.clocks.find((c) => c.rule === 'D14')!.outcome).toBe('met')
    const text = async (kind: string) => {
      const d = v.documents.find((x) => x.kind === kind)!
      return words((await as('clerk', 'GET', `/api/petitions/${id}/documents/${d.id}`)).json.sheet)
    }
    expect(await text('serviceReceipt')).toMatch(/拒收[\s\S]*村干部李某/)
    expect(await text('registrationForm')).toContain('东庄村 12 号')
    expect(await text('citizenLetter')).toContain('去现场量地')
    expect(await text('supervisionNotice')).toContain('推诿、敷衍、拖延')
    expect(await text('supervisionNotice')).toContain('2026年3月9日')
    expect(await text('adviceLetter')).toContain('完善政策')
  })
  test('手写文书补录：写真实日期和理由，不编文号；早于收到日期的不收', async () => {
    world.clock.set('2026-03-10')
    cookies.clear()
    const id = await register({ receivedOn: '2026-03-06' })
    const input = {
      kind: 'registrationForm',
      onDay: '2026-03-07',
      reason: '村里没有打印机',
      content: [{ tag: '诉求', text: '手写：补地' }],
    }
    expect((await move('villageOfficer', id, 'keyInPaper', { ...input, onDay: '2026-03-01' })).json.message).toContain(
      '不能早于收到日期',
    )
    const v = await ok(move('villageOfficer', id, 'keyInPaper', input))
    const d = v.documents.find((x) => x.kind === 'registrationForm')!
    expect([d.issuedOn, d.number]).toEqual(['2026-03-07', null])
    const page = words((await as('clerk', 'GET', `/api/petitions/${id}/documents/${d.id}`)).json.sheet)
    expect(page).toContain('手写文书，2026年3月10日补录。未当时录入的理由：村里没有打印机')
    expect(page).toContain('手写：补地')
  })
})

describe('模板的更换', () => {
  const retouched = async (from: string, to: string) => {
    const parts = unzipSync(await builtInTemplate('acceptanceNotice'))
    parts['word/document.xml'] = strToU8(strFromU8(parts['word/document.xml']!).replace(from, to))
    return zipSync(parts)
  }
  test('写错标签的模板不启用，说出是哪一个；改好的启用，之后的文书用它，之前的不变', async () => {
    const earlier = await accepted()
    const bad = await send('systemAdmin', 'acceptanceNotice', await retouched('{联系人}', '{联络人}'))
    expect(bad.status).toBe(400)
    expect(bad.json.message).toContain('仍用原来的模板')
    expect(bad.json.message).toContain('没有“联络人”这个标签')
    expect(bad.json.message).toContain('缺少法定标签 {联系人}')
    expect((await send('clerk', 'acceptanceNotice', await retouched('承办联系', '经办'))).status).toBe(403)
    // Made once: a zip carries its time, so the same change made a second later is another file.
    const changed = await retouched('承办联系', '本件经办人')
    const good = await send('systemAdmin', 'acceptanceNotice', changed, '改称经办人')
    expect([good.status, good.json.version]).toEqual([200, 1])
    expect((await send('systemAdmin', 'acceptanceNotice', changed)).json.message).toContain('完全相同')
    const later = await accepted()
    const sheet = async (id: string) => {
      const d = (await view(id)).documents.find((x) => x.kind === 'acceptanceNotice')!
      return words((await as('clerk', 'GET', `/api/petitions/${id}/documents/${d.id}`)).json.sheet)
    }
    expect(await sheet(later)).toContain('本件经办人')
    expect(await sheet(earlier)).not.toContain('本件经办人')
    const list = (await as('clerk', 'GET', '/api/templates')).json
    expect(list.mayChange).toBe(false)
    expect(list.rows.find((r: { kind: string }) => r.kind === 'acceptanceNotice').versions[0]).toMatchObject({
      version: 1,
      note: '改称经办人',
    })
    const back = await as('petitionHead', 'POST', '/api/templates/acceptanceNotice/restore', {
      version: 0,
      reason: '恢复原样',
    })
    expect(back.json.version).toBe(2)
    expect(await sheet(await accepted())).not.toContain('本件经办人')
    expect(await sheet(later)).toContain('本件经办人')
  })
  test('模板、空白文书可以下载；没有的文书是没有；不用文书的岗位打不开', async () => {
    const docx = await as('unitHandler', 'GET', '/api/templates/handlingOpinion/docx')
    expect([docx.status, docx.raw.subarray(0, 2).toString()]).toEqual([200, 'PK'])
    const blank = await as('villageOfficer', 'GET', '/api/templates/registrationForm/blank.docx')
    expect([blank.status, blank.raw.subarray(0, 2).toString()]).toEqual([200, 'PK'])
    expect((await as('clerk', 'GET', '/api/templates/nothing/docx')).status).toBe(404)
    expect((await as('auditor', 'GET', '/api/templates')).status).toBe(403)
    const sheet = await as('clerk', 'GET', '/api/templates/serviceReceipt/sheet?as=blank')
    expect(words(sheet.json)).toContain('拒收见证人')
  })
})

describe('年度报告', () => {
  test('各项数字与台账相符，领域之和等于总数；出具后数字不变、重发不重号', async () => {
    const draft = await as('petitionHead', 'GET', '/api/annual?year=2026')
    expect(draft.status, words(draft.json)).toBe(200)
    const total = (await as('petitionHead', 'GET', '/api/petitions')).json.totals.total
    expect(words(draft.json.sheet)).toContain(`全年登记信访事项 ${total} 件`)
    const requestId = uuidv7()
    const a = await as('petitionHead', 'POST', '/api/annual', { requestId, year: 2026 })
    const b = await as('petitionHead', 'POST', '/api/annual', { requestId, year: 2026 })
    expect([a.status, b.json.id]).toEqual([200, a.json.id])
    await register()
    const one = (await as('clerk', 'GET', `/api/annual/${a.json.id}`)).json
    expect([one.number, words(one.sheet).includes(`全年登记信访事项 ${total} 件`)]).toEqual([
      '试政信报〔2026〕1号',
      true,
    ])
    const docx = await as('clerk', 'GET', `/api/annual/${a.json.id}/docx`)
    expect(sha256(docx.raw)).toBe(one.sha256)
    const facts = await inTown(world.db, town.townId, (tx) => annualFacts(tx, town.townId, 2026, world.clock.today()))
    expect(facts.fields.reduce((n, f) => n + f.n, 0)).toBe(facts.registered)
    expect(Object.values(facts.byChannel).reduce((n, f) => n + f, 0)).toBe(facts.registered)
    expect([facts.supervised, facts.answered, facts.advice.policy, facts.adopted.adopted]).toEqual([1, 1, 1, 1])
    expect((await as('petitionHead', 'GET', '/api/annual?year=2027')).json.message).toContain('没有 2027 年')
  })
})

test('文号按镇、文种、年度连续，没有缺号重号；留痕核对无误', async () => {
  const { rows } = await world.ownerPool.query(
    'select kind, number from document where version = 1 and number is not null order by at, number',
  )
  const of = new Map<string, number[]>()
  for (const r of rows) of.set(r.kind, [...(of.get(r.kind) ?? []), Number(/〔2026〕(\d+)号/.exec(r.number)![1])])
  for (const [kind, list] of of) expect([kind, list.sort((a, b) => a - b)]).toEqual([kind, list.map((_, i) => i + 1)])
  expect(await inTown(world.ownerDb, town.townId, (tx) => verifyTown(tx, town.townId))).toMatchObject({
    ok: true,
    problems: [],
  })
})
