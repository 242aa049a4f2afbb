import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sealTown, verifyTown } from '../audit/verify.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { callsOf } from '../people/calls.fixture.ts'
import { smallTown } from '../people/fixture.ts'
import { caseWorkers } from '../people/roles.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { createApp } from '../server.ts'
import { indexAll } from '../worker.ts'
import type { MatterView } from './routes.ts'

let world: TestWorld
let town: NewTown
let app: Awaited<ReturnType<typeof createApp>>

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

const { as } = callsOf(() => app)
const register = async (who: string, more: Record<string, unknown> = {}, requestId = uuidv7()) =>
  as(who, 'POST', '/api/petitions', {
    requestId,
    input: {
      channel: 'visit',
      receivedOn: world.clock.today(),
      request: '要求按合同补足少分的 0.3 亩承包地',
      facts: '二〇一九年调整时少分',
      oral: true,
      readBack: true,
      parties: [{ name: '王建国', phone: '13800001234', idType: 'id', idLast4: '0010' }],
      villageId: town.villages.东庄村,
      ...more,
    },
  })
const view = async (who: string, id: string) => (await as(who, 'GET', `/api/petitions/${id}`)).json as MatterView
const move = async (
  who: string,
  id: string,
  name: string,
  input: unknown = {},
  more: { requestId?: string; version?: number } = {},
) => {
  const version = more.version ?? (await view(who, id))?.matter?.version ?? 1
  return as(who, 'POST', `/api/petitions/${id}/moves/${name}`, {
    requestId: more.requestId ?? uuidv7(),
    version,
    input,
  })
}
const ok = async (p: Promise<{ status: number; json: unknown }>) => {
  const r = await p
  expect(r.status, JSON.stringify(r.json)).toBe(200)
  return r.json as MatterView
}

describe('一件事项从登记到销号', () => {
  let id = ''
  test('窗口登记，得到编号和查询码；重发同一请求不会登记两次', async () => {
    const requestId = uuidv7()
    const a = await register('clerk', {}, requestId)
    expect(a.status, JSON.stringify(a.json)).toBe(200)
    const again = await register('clerk', {}, requestId)
    expect(again.json).toEqual(a.json)
    expect(a.json.number).toBe('XF2026-0001')
    expect(a.json.queryCode).toMatch(/^[2-9A-Z]{10}$/)
    id = a.json.id
  })
  test('页面上姓名遮盖；写明用途才能查看，并留痕', async () => {
    const v = await view('clerk', id)
    expect(v.parties[0]).toMatchObject({ name: '王*国', phone: '138****1234' })
    expect((await as('clerk', 'POST', `/api/petitions/${id}/reveal`, { purpose: '' })).status).toBe(400)
    const r = await as('clerk', 'POST', `/api/petitions/${id}/reveal`, { purpose: '电话告知' })
    expect(r.json.parties[0].name).toBe('王建国')
    const t = await as('clerk', 'GET', `/api/petitions/${id}/timeline?kind=read`)
    expect(t.json[0].says).toContain('电话告知')
  })
  test('没有分类不能受理；陈旧页面不能办理；没有权限的人看不见', async () => {
    expect((await move('petitionHead', id, 'accept')).json.message).toContain('分类')
    await ok(move('clerk', id, 'classify', { class: 'claim', route: 'petitionProcedure' }))
    const stale = await move('clerk', id, 'grade', { grade: 'blue', gradeReason: '一般' }, { version: 1 })
    expect([stale.status, stale.json.message]).toEqual([409, expect.stringContaining('看过最新的内容')])
    // Posts outside case work are stopped at the door, the others find nothing.
    for (const who of [
      'auditor',
      'systemAdmin',
      'securityAdmin',
      'auditAdmin',
      'disciplineLiaison',
      'unitHandler',
      'townLeader',
    ])
      expect((await as(who, 'GET', `/api/petitions/${id}`)).status, who).toBe(
        (caseWorkers as readonly string[]).includes(who) ? 404 : 403,
      )
    for (const who of ['areaSecretary', 'villageOfficer', 'petitionHead'])
      expect((await as(who, 'GET', `/api/petitions/${id}`)).status, who).toBe(200)
  })
  test('写错的地址和没有的事项得到同样的回答', async () => {
    const none = await as('clerk', 'GET', `/api/petitions/${uuidv7()}`)
    const wrong = await as('clerk', 'GET', '/api/petitions/undefined')
    expect([wrong.status, wrong.json]).toEqual([404, none.json])
  })
  test('红色须由另一人确认', async () => {
    const v = await ok(
      move('clerk', id, 'grade', {
        grade: 'red',
        gradeReason: '唯一承包地面临损失',
        gradeAttributes: ['livelihoodLoss'],
      }),
    )
    expect(v.matter.grade).toBeNull()
    expect(v.matter.pending!.says).toBe('定为红色：唯一承包地面临损失')
    expect((await move('clerk', id, 'confirmGrade', { agree: true })).json.message).toContain('另一人')
    expect((await ok(move('petitionHead', id, 'confirmGrade', { agree: true }))).matter.grade).toBe('red')
  })
  test('受理、送达告知书、交办到人', async () => {
    const v = await ok(move('petitionHead', id, 'accept'))
    const d05 = v.clocks.find((c) => c.rule === 'D05')!
    expect([d05.dueOn, d05.steps.length > 2]).toEqual(['2026-05-04', true])
    const notice = v.documents.find((d) => d.kind === 'acceptanceNotice')!
    expect(notice.number).toBe('试政信受〔2026〕1号')
    await ok(
      move('clerk', id, 'serve', {
        documentId: notice.id,
        way: 'inPerson',
        servedOn: '2026-03-05',
        receiver: '王建国',
        outcome: 'signed',
      }),
    )
    const people = {
      mainUnitId: town.units.自然资源所,
      mainHandlerId: town.staff.unitHandler2,
      areaOwnerId: town.staff.areaSecretary,
      villageOwnerId: town.staff.villageOfficer,
    }
    for (const outside of ['townLeader', 'clerk', 'villageOfficer'])
      expect(
        (await move('petitionHead', id, 'assignHandler', { ...people, mainHandlerId: town.staff[outside] })).json
          .message,
        outside,
      ).toBe('主办人应当是承办单位的人')
    expect(
      (await move('petitionHead', id, 'assignHandler', { ...people, mainHandlerId: undefined })).json.message,
    ).toBe('请选择主办人')
    const h = await ok(move('petitionHead', id, 'assignHandler', people))
    expect(
      (await move('petitionHead', id, 'reassign', { mainHandlerId: town.staff.townLeader, reason: '换人' })).json
        .message,
    ).toBe('主办人应当是承办单位的人')
    expect(h.matter.state).toBe('handling')
    expect(h.clocks.find((c) => c.rule === 'D02')!.outcome).toBe('met')
  })
  test('缺一部分就不能送审；补齐后送审、审核、主要领导签发、送达', async () => {
    world.clock.set('2026-03-12')
    const claims = [{ body: '补足 0.3 亩', result: 'supported', answer: '秋后补足', basis: '第五十六条' }]
    const full = {
      request: '补足承包地',
      facts: '丈量属实',
      reasons: '合同有据',
      opinion: '支持',
      legalBasis: '《农村土地承包法》',
      remedy: '三十日内请求复查',
      claims,
    }
    expect((await move('unitHandler2', id, 'submitOpinion', full)).json.message).toContain('听取信访人陈述')
    await ok(move('unitHandler2', id, 'contact', { onDay: '2026-03-10', way: 'phone', body: '听取陈述' }))
    await ok(move('unitHandler2', id, 'investigate', { onDay: '2026-03-11', body: '现场丈量' }))
    expect((await move('unitHandler2', id, 'submitOpinion', { ...full, legalBasis: '' })).json.message).toContain(
      '依据',
    )
    await ok(move('unitHandler2', id, 'draftOpinion', { ...full, legalBasis: '' }))
    await ok(move('unitHandler2', id, 'submitOpinion', full))
    expect(
      (await move('petitionHead', id, 'checkOpinion', { agree: true, signerId: town.staff.leadOfficial })).json.message,
    ).toContain('主要领导')
    await ok(move('petitionHead', id, 'checkOpinion', { agree: true, signerId: town.staff.townLeader }))
    const v = await ok(move('townLeader', id, 'signOpinion', { agree: true }))
    const opinion = v.documents.find((d) => d.kind === 'handlingOpinion')!
    expect(opinion.number).toBe('试政信处〔2026〕1号')
    const served = await ok(
      move('unitHandler2', id, 'serve', {
        documentId: opinion.id,
        way: 'inPerson',
        servedOn: '2026-03-12',
        receiver: '王建国',
        outcome: 'signed',
        attitude: 'agree',
      }),
    )
    expect(served.matter.state).toBe('served')
    expect(served.clocks.find((c) => c.rule === 'D07')!.dueOn).toBe('2026-04-13')
    const docx = await as('unitHandler2', 'GET', `/api/petitions/${id}/documents/${opinion.id}/docx`)
    expect([docx.status, docx.raw.subarray(0, 2).toString()]).toEqual([200, 'PK'])
  })
  test('回访不能由经办人做；四项标准由另一人核验；销号', async () => {
    world.clock.set('2026-03-20')
    const visit = {
      onDay: '2026-03-20',
      way: 'phone',
      reached: true,
      ratingOffice: 'satisfied',
      ratingUnit: 'dissatisfied',
      executed: 'done',
    }
    expect((await move('unitHandler2', id, 'followUp', visit)).status).toBe(409)
    await ok(move('clerk', id, 'followUp', visit))
    expect((await move('petitionHead', id, 'conclude', { ground: 'reviewLapsed' })).json.message).toContain('复查')
    const c = await ok(move('petitionHead', id, 'conclude', { ground: 'settled' }))
    const t = (answer: string) => ({ answer, evidenceIds: [c.documents[0]!.id] })
    const none = (outcome: string) => ({ outcome, applies: false, body: '问过，不涉及' })
    const solved = { outcome: 'solved', applies: true, done: true, body: '已修好', evidenceIds: [c.documents[0]!.id] }
    const outcomes = [solved, none('explained'), none('relieved'), none('lawful')]
    const tests = { facts: t('清楚'), nature: t('准确'), handling: t('恰当'), evidence: t('齐全') }
    const lacks = async (given: object[], why: string) =>
      expect((await move('unitHandler2', id, 'proposeClosing', { ...tests, outcomes: given })).json.message).toContain(
        why,
      )
    await lacks([solved, none('explained'), none('lawful')], '三到位一处理还缺：生活困难的帮扶救助到位（尚未认定）')
    await lacks([{ ...solved, done: false }, ...outcomes.slice(1)], '诉求合理的解决问题到位（尚未落实）')
    await lacks([{ ...solved, evidenceIds: [] }, ...outcomes.slice(1)], '佐证')
    await lacks(
      [...outcomes.slice(0, 2), { outcome: 'relieved', applies: true, body: '独居无收入' }, none('lawful')],
      '交给哪里',
    )
    expect(
      (
        await move('unitHandler2', id, 'proposeClosing', {
          facts: { answer: '清楚', evidenceIds: [] },
          nature: t('准'),
          handling: t('当'),
          evidence: t('全'),
        })
      ).json.message,
    ).toContain('关联')
    await ok(
      move('unitHandler2', id, 'proposeClosing', {
        facts: t('清楚'),
        nature: t('准确'),
        handling: t('恰当'),
        evidence: t('齐全'),
        outcomes,
      }),
    )
    const yes = { confirmed: true, reason: '' }
    const back = await ok(
      move('petitionHead', id, 'close', {
        facts: yes,
        nature: { confirmed: false, reason: '定性依据不足' },
        handling: yes,
        evidence: yes,
      }),
    )
    expect(back.matter.closing).toBe('refused')
    await ok(
      move('unitHandler2', id, 'proposeClosing', {
        facts: t('清楚'),
        nature: t('补充依据'),
        handling: t('恰当'),
        evidence: t('齐全'),
      }),
    )
    const done = await ok(move('petitionHead', id, 'close', { facts: yes, nature: yes, handling: yes, evidence: yes }))
    expect([done.matter.state, done.matter.ratingUnit, done.progress.every((p) => p.status === 'done')]).toEqual([
      'closed',
      'dissatisfied',
      true,
    ])
  })
  test('承诺未兑现可以重新启动，期限重新起算', async () => {
    world.clock.set('2026-04-01')
    const v = await ok(move('clerk', id, 'reopen', { why: 'breach', detail: '没有补足', onDay: '2026-04-01' }))
    expect([v.matter.state, v.matter.round, v.clocks.filter((c) => c.rule === 'D01' && !c.endedOn)[0]!.dueOn]).toEqual([
      'registered',
      2,
      '2026-04-16',
    ])
  })
})

describe('台账', () => {
  test('合计相加等于全部；筛选、搜索、导出看到的一致', async () => {
    world.clock.set('2026-04-02')
    for (let i = 0; i < 7; i += 1)
      await register('clerk', {
        grade: i % 2 ? 'blue' : 'yellow',
        gradeReason: '一般',
        isKey: i === 3,
        parties: [{ name: `李${'甲乙丙丁戊己庚'[i]}` }],
        request: `路灯不亮第${i}处，要求修复`,
      })
    const l = (await as('clerk', 'GET', '/api/petitions?size=3')).json
    expect(l.rows).toHaveLength(3)
    expect(l.totals.total).toBe(8)
    const sum = (o: Record<string, number>) => Object.values(o).reduce((a, b) => a + b, 0)
    expect([sum(l.totals.byGrade), sum(l.totals.byStep), l.totals.key + l.totals.general]).toEqual([8, 8, 8])
    const seen = new Set<string>(l.rows.map((r: { id: string }) => r.id))
    let next = l.next
    while (next) {
      const p = (await as('clerk', 'GET', `/api/petitions?size=3&after=${encodeURIComponent(next)}`)).json
      for (const r of p.rows) seen.add(r.id)
      next = p.next
    }
    expect(seen.size).toBe(8)
    await indexAll(world)
    expect((await as('clerk', 'GET', `/api/petitions?q=${encodeURIComponent('路灯')}`)).json.totals.total).toBe(7)
    expect((await as('clerk', 'GET', `/api/petitions?q=${encodeURIComponent('王建国')}`)).json.rows).toHaveLength(1)
    expect((await as('clerk', 'GET', '/api/petitions?grade=yellow&key=0')).json.totals.total).toBe(4)
    const x = await as('clerk', 'GET', '/api/petitions/export.xlsx?grade=yellow')
    expect([x.status, x.raw.subarray(0, 2).toString()]).toEqual([200, 'PK'])
    expect((await as('areaSecretary', 'GET', '/api/petitions/export.xlsx?unmasked=1&purpose=查看')).status).toBe(409)
    const v = (await as('clerk', 'GET', '/api/petitions/totals')).json
    expect(v.byVillage.reduce((a: number, b: { n: number }) => a + b.n, 0)).toBe(8)
  })
  test('登记时提示可能重复的事项', async () => {
    const s = (
      await as('clerk', 'POST', '/api/petitions/similar', {
        text: '要求补足少分的承包地 0.3 亩',
        names: ['王建国'],
        phones: [],
        idLast4: [],
        villageId: town.villages.东庄村,
      })
    ).json
    expect(s[0]).toMatchObject({ number: 'XF2026-0001', petitioner: '王*国', kind: 'both' })
  })
})

describe('输入不对', () => {
  test('缺诉求、超过五名代表、口头未宣读，各有一句话', async () => {
    expect((await register('clerk', { request: '' })).json).toMatchObject({
      fields: { request: '请填写诉求（要求解决什么）' },
    })
    expect(
      (
        await register('clerk', {
          parties: [1, 2, 3, 4, 5, 6].map((n) => ({ name: `王${n}`, isRepresentative: true })),
          headCount: 6,
        })
      ).json.message,
    ).toContain('不超过 5 人')
    expect((await register('clerk', { readBack: false })).json.message).toContain('宣读')
  })
  test('检举控告即时密封：登记员看不见，纪检联络员看得见', async () => {
    const r = await register('clerk', { class: 'accusation', request: '反映某干部收受礼金' })
    expect(r.json).toMatchObject({ sealed: true, number: 'MF2026-0001' })
    for (const who of ['clerk', 'petitionHead', 'disciplineLiaison'])
      expect((await as(who, 'GET', `/api/petitions/${r.json.id}`)).status).toBe(404)
    const opened = await as('disciplineLiaison', 'POST', `/api/sealed/${r.json.id}/open`, { purpose: '转送' })
    expect(opened.json.request).toBe('反映某干部收受礼金')
    expect((await as('clerk', 'GET', '/api/petitions')).json.totals.total).toBe(8)
  })
  test('两人同时办理同一事项，只有一人成功', async () => {
    const r = await register('clerk', { class: 'suggestion' })
    const both = await Promise.all(
      [1, 2, 3, 4].map((n) => move('petitionHead', r.json.id, 'accept', { opinion: `第${n}人` }, { version: 1 })),
    )
    expect(both.filter((b) => b.status === 200)).toHaveLength(1)
    for (const b of both.filter((x) => x.status !== 200)) expect(b.json.message).toMatch(/看过最新的内容|现在不能/)
  })
})

test('留痕链和合计核对无误；改动一个字就查得出', async () => {
  const check = () => inTown(world.ownerDb, town.townId, (tx) => verifyTown(tx, town.townId))
  expect(await check()).toMatchObject({ ok: true, problems: [] })
  await world.ownerPool.query(
    "update trace set says = says || '。' where subject_id = (select id from petition where number = 'XF2026-0001') and seq = 3",
  )
  const v = await check()
  expect([v.ok, v.problems[0]]).toEqual([false, expect.stringContaining('校验值不符')])
  await expect(inTown(world.db, town.townId, (tx) => tx.deleteFrom('trace').execute())).rejects.toThrow(
    /permission denied/,
  )
})

describe('更正地点', () => {
  test('改了村，管区跟着走，原来的网格不再留着；没有的村、管区说明白', async () => {
    const { json } = await register('clerk')
    const place = async (input: object) => {
      const r = await move('clerk', json.id, 'correct', { reason: '登记时选错', ...input })
      const m = (await view('clerk', json.id)).matter
      return { status: r.status, says: (r.json as { message?: string }).message, area: m.areaId, village: m.villageId }
    }
    const areaOf = async (village: string) => {
      const r = await world.ownerPool.query('select area_id from village where id = $1', [village])
      return r.rows[0].area_id as string
    }
    const villages = Object.values(town.villages)
    const other = (await Promise.all(villages.map(async (v) => [v, await areaOf(v)] as const))).find(
      ([, area], _i, all) => area !== all.find(([v]) => v === town.villages.东庄村)![1],
    )!
    expect(await place({ villageId: other[0] })).toMatchObject({ status: 200, village: other[0], area: other[1] })
    expect(await place({ areaId: uuidv7() })).toMatchObject({ status: 409, says: '没有这个管区', area: other[1] })
    expect(await place({ villageId: uuidv7() })).toMatchObject({ status: 409, says: '没有这个村', area: other[1] })
    expect(await place({ gridId: uuidv7() })).toMatchObject({ status: 409, says: '没有这个网格' })
    const back = await areaOf(town.villages.东庄村!)
    expect(await place({ areaId: back })).toMatchObject({ status: 200, village: null, area: back })
    expect((await register('clerk', { villageId: null, areaId: uuidv7() })).json.message).toBe('没有这个管区')
  })
})

describe('更正登记：写错的姓名、电话、诉求', () => {
  test('只改说了的；人还是那个人，一项诉求跟着改；页面上遮着的话送回来不算更正', async () => {
    const facts = '二〇一九年调整时少分，电话13800001234，身份证110105194912310021'
    const { json } = await register('clerk', {
      place: '村南',
      isKey: true,
      headCount: 3,
      affectedCount: 12,
      facts,
      parties: [{ name: '王建囯', phone: '13800001234', address: '东庄村' }],
    })
    const fix = (input: object) => move('clerk', json.id, 'correct', { reason: '登记时写错', ...input })
    const kept = async () =>
      (
        await world.ownerPool.query(
          `select p.petitioner_name, p.request, p.facts, p.place, p.is_key, p.head_count, p.affected_count, p.village_id, x.id, x.name, x.phone, x.address, c.body from petition p
            join petition_party x on x.petition_id = p.id join petition_claim c on c.petition_id = p.id where p.id = $1`,
          [json.id],
        )
      ).rows
    const [before] = await kept()
    const shown = (await view('clerk', json.id)).matter.facts
    expect(shown).not.toBe(facts)
    expect((await fix({ facts: shown })).json).toMatchObject({ message: '没有改动' })
    expect((await fix({ personName: '王建国' })).status).toBe(400)
    expect((await fix({ personId: before.id })).status).toBe(400)
    await ok(fix({ personId: before.id, personName: '王建国', facts: shown }))
    expect(await kept()).toEqual([{ ...before, name: '王建国', petitioner_name: '王建国' }])
    await ok(fix({ personId: before.id, personPhone: '13900001234', request: '补足少分的承包地并公开账目' }))
    expect(await kept()).toEqual([
      {
        ...before,
        name: '王建国',
        petitioner_name: '王建国',
        phone: '13900001234',
        request: '补足少分的承包地并公开账目',
        body: '补足少分的承包地并公开账目',
      },
    ])
    const said = (
      await world.ownerPool.query(`select says from trace where subject_id = $1 and move = 'correct' order by seq`, [
        json.id,
      ])
    ).rows
    expect(said.map((r) => r.says)).toEqual([
      '更正信访人姓名；理由：登记时写错',
      '更正诉求、信访人电话；理由：登记时写错',
    ])
  })
})

describe('密封时有人正在取它的文书', () => {
  test('正在留存的 Word 文件一并移出，密封照样办成', async () => {
    const { json } = await register('clerk')
    await ok(move('clerk', json.id, 'classify', { class: 'claim', route: 'petitionProcedure' }))
    const paper = await world.ownerPool.query('select town_id, id from document where petition_id = $1 limit 1', [
      json.id,
    ])
    const { town_id, id } = paper.rows[0]
    const other = await world.ownerPool.connect()
    try {
      await other.query('begin')
      await other.query(
        "insert into document_file (town_id, document_id, docx, sha256, template_sha256) values ($1, $2, '', repeat('0', 64), repeat('0', 64))",
        [town_id, id],
      )
      const sealing = move('petitionHead', json.id, 'seal', { reason: '反映的是干部问题' })
      await vi.waitFor(async () => {
        const r = await world.ownerPool.query("select from pg_stat_activity where wait_event_type = 'Lock'")
        expect(r.rowCount).toBeGreaterThan(0)
      })
      await other.query('commit')
      const done = await sealing
      expect(done.status, JSON.stringify(done.json)).toBe(200)
    } finally {
      other.release()
    }
    const left = await world.ownerPool.query('select from document_file where document_id = $1', [id])
    expect(left.rowCount).toBe(0)
  })
})

describe('核对、封存与正在进行的办理', () => {
  test('核对所见是同一时刻：核对到一半又办了一步，也不误报', async () => {
    const { json } = await register('clerk')
    const townId = town.townId
    const verdict = await inTown(
      world.db,
      townId,
      async (tx) => {
        // What the check has read by now stands; the next page must not know of the move.
        await sql`select count(*) from trace`.execute(tx)
        expect((await move('clerk', json.id, 'note', { body: '核对期间又记一笔' })).status).toBe(200)
        const seen = await sql<{ n: number }>`select trace_seq as n from petition where id = ${json.id}`.execute(tx)
        return seen.rows[0]!.n
      },
      { readOnly: true, oneMoment: true },
    )
    const now = await world.ownerPool.query('select trace_seq as n from petition where id = $1', [json.id])
    expect(now.rows[0].n).toBe(verdict + 1)
  })

  test('没办完的大导入所记的时间，封存不越过去', async () => {
    const townId = town.townId
    const start = Date.now()
    const other = await world.ownerPool.connect()
    try {
      await other.query('begin')
      await other.query('select 1')
      await new Promise((r) => setTimeout(r, 1500))
      // The seal is asked for a minute from now, yet may not reach past the beginning of what is still open.
      const sealed = await inTown(world.db, townId, async (tx) => {
        await sealTown(tx, townId, new Date(Date.now() + 60_000))
        return sql<{
          upto: string
        }>`select upto from trace_seal where town_id = ${townId} order by n desc limit 1`.execute(tx)
      })
      expect(new Date(sealed.rows[0]!.upto).getTime()).toBeLessThan(start + 750)
    } finally {
      await other.query('rollback')
      other.release()
    }
  })
})

describe('同一个编号用了两回', () => {
  test('用在别的事项上、别人用：都说没有保存，不当作已经办过；别人的回执不给', async () => {
    const a = (await register('clerk')).json
    const b = (await register('clerk')).json
    const requestId = uuidv7()
    expect((await move('clerk', a.id, 'note', { body: '记在甲件上' }, { requestId })).status).toBe(200)
    const used = { status: 409, json: { message: '这次提交的编号已经用在别的事项上，没有保存，请刷新页面后重试' } }
    const before = (await view('clerk', b.id)).traceCount
    expect(await move('clerk', b.id, 'note', { body: '本想记在乙件上' }, { requestId })).toMatchObject(used)
    expect((await view('clerk', b.id)).traceCount).toBe(before)
    expect(await register('clerk', {}, requestId)).toMatchObject(used)
    const own = uuidv7()
    const first = await register('clerk', {}, own)
    expect((await register('clerk', {}, own)).json).toEqual(first.json)
    const other = await register('petitionHead', {}, own)
    expect(other).toMatchObject(used)
    expect(JSON.stringify(other.json)).not.toContain(first.json.queryCode)
  })
  test('导出的筛选写错了：一句话，不是程序故障', async () => {
    for (const q of [
      'grade=x',
      'areaId=%27',
      'receivedFrom=2026-02-30',
      'q=a&q=b',
      'purpose=a&purpose=b',
      'sort=a&sort=b',
    ]) {
      const r = await as('petitionHead', 'GET', `/api/petitions/export.xlsx?${q}`)
      expect([r.status, /[\u4e00-\u9fff]/.test(r.json.message)], q).toEqual([400, true])
    }
  })
})
