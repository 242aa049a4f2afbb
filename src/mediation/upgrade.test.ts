import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { uuidv7 } from '../kit/server/crypto.ts'
import { connectDatabase, inTown, type OpenedDatabase } from '../kit/server/db.ts'
import { migrate, migrationsIn } from '../kit/server/migrate.ts'
import { startPostgres } from '../kit/server/postgres.ts'
import { testFolder } from '../kit/server/testing.ts'
import { nobody, systemOf } from '../people/roles.ts'
import { type Dispute, live, standing } from './dispute/dispute.ts'
import { moveOf } from './dispute/moves.ts'
import { findDispute } from './dispute/store.ts'

/** A database as it was before db/0052, with work in it, brought up to date by the migrations themselves. */
const folder = testFolder('upgrade')
const [town, station, letter] = [uuidv7(), uuidv7(), uuidv7()]
let opened: OpenedDatabase
let stop: () => Promise<void>

const put = (table: string, row: Record<string, unknown>) => {
  const all = Object.entries({ town_id: town, id: uuidv7(), ...row })
  return opened.ownerPool.query(
    `insert into ${table} (${all.map(([k]) => k).join(', ')}) values (${all.map((_, i) => `$${i + 1}`).join(', ')})`,
    all.map(([, v]) => v),
  )
}
interface Old {
  state: string
  agreements: { status: string; whole?: boolean; fen?: number; paid?: number }[]
  more?: Record<string, unknown>
}
let made = 0
/** A dispute that was agreed on and signed. */
const dispute = async ({ state, agreements, more = {} }: Old): Promise<string> => {
  const id = uuidv7()
  made += 1
  await put('dispute', {
    id,
    code: `JF2026-${made}`,
    number: `（2026）示人调字第${made}号`,
    state,
    kind: 'neighbour',
    title: '排水纠纷',
    facts: '排水沟被填',
    origin: 'ownMotion',
    station_id: station,
    level: 'centre',
    registered_on: '2026-01-05',
    rights_told_on: '2026-01-05',
    accepted_on: '2026-01-05',
    effective_on: '2026-01-10',
    agreed_on: '2026-01-10',
    follow_up_on: '2026-02-10',
    owed_fen: 100_000,
    ...more,
  })
  const [a, b] = [uuidv7(), uuidv7()]
  for (const [n, [party, side]] of [
    [a, 'applicant'],
    [b, 'respondent'],
  ].entries())
    await put('dispute_party', {
      id: party,
      dispute_id: id,
      n: n + 1,
      side,
      role: 'party',
      kind: 'person',
      name: `当事人${n + 1}`,
      consent: 'yes',
      consent_on: '2026-01-05',
    })
  for (const [n, x] of agreements.entries()) {
    const agreement = uuidv7()
    await put('dispute_agreement', {
      id: agreement,
      dispute_id: id,
      n: n + 1,
      status: x.status,
      form: 'written',
      whole: x.whole ?? true,
      facts: '排水沟被填',
      clauses: JSON.stringify([{ key: 'own', text: '付款。' }]),
      made_on: '2026-01-10',
      effective_on: x.status === 'effective' ? '2026-01-10' : null,
    })
    await put('dispute_performance', {
      dispute_id: id,
      agreement_id: agreement,
      n: 1,
      what: `第${n + 1}份的付款`,
      payer_id: b,
      payee_id: a,
      amount_fen: x.fen ?? 100_000,
      paid_fen: x.paid ?? 0,
      due_on: '2026-02-01',
      status: x.paid ? 'partial' : 'due',
    })
  }
  return id
}
const ids: Record<string, string> = {}
const read = (id: string): Promise<Dispute> =>
  inTown(opened.db, town, (tx) =>
    findDispute(
      tx,
      { ...systemOf(town), seats: [{ memberId: nobody, stationId: nobody, level: 'centre', duty: 'head' }] },
      id,
    ),
  )

beforeAll(async () => {
  const before = join(folder, 'before')
  mkdirSync(before)
  for (const m of migrationsIn())
    if (m.name < '0052') copyFileSync(resolve(import.meta.dirname, '../../db', m.name), join(before, m.name))
  const data = join(folder, 'data')
  mkdirSync(data)
  const running = await startPostgres(data, { fast: true })
  opened = connectDatabase(running.connection)
  stop = async () => {
    await opened.close()
    await running.stop()
  }
  await migrate(opened.ownerPool, before)
  await put('mediation_station', { id: station, level: 'centre', name: '镇矛盾纠纷调解中心' })
  ids.whole = await dispute({ state: 'performing', agreements: [{ status: 'effective' }] })
  ids.partly = await dispute({
    state: 'performing',
    agreements: [{ status: 'effective', whole: false, paid: 30_000 }],
    more: { paid_fen: 30_000 },
  })
  ids.partlyDone = await dispute({
    state: 'performed',
    agreements: [{ status: 'effective', whole: false }],
    more: { performed_on: '2026-02-01' },
  })
  ids.visited = await dispute({
    state: 'performed',
    agreements: [{ status: 'effective', whole: false }],
    more: { performed_on: '2026-02-01', followed_on: '2026-02-10', satisfaction: 'satisfied' },
  })
  ids.closed = await dispute({
    state: 'closed',
    agreements: [{ status: 'effective', whole: false }],
    more: { performed_on: '2026-02-01', closed_on: '2026-03-01' },
  })
  ids.anew = await dispute({
    state: 'performing',
    agreements: [{ status: 'effective' }, { status: 'void' }, { status: 'effective', fen: 80_000 }],
  })
  ids.signing = await dispute({
    state: 'signing',
    agreements: [{ status: 'draft' }],
    more: { effective_on: null, agreed_on: null },
  })
  await put('duty_letter', {
    id: letter,
    kind: 'grid',
    title: '责任书',
    body: '内容',
    sha256: '0'.repeat(64),
    from_on: '2026-01-01',
    to_on: '2027-01-01',
    issued_on: '2026-01-01',
  })
  const file = (name: string, mime: string, of: object) =>
    put('mediation_file', { name, mime, size: 1, sha256: '0'.repeat(64), storage_key: name, ...of })
  for (const [name, mime] of [
    ['照片', 'image/jpeg'],
    ['合同', 'application/pdf'],
    ['录音', 'audio/mpeg'],
  ] as const)
    await file(name, mime, { dispute_id: ids.whole })
  await file('责任书扫描件', 'application/pdf', { letter_id: letter })
  const { applied } = await migrate(opened.ownerPool)
  expect(applied[0]).toBe('0052_mediation_parts.sql')
}, 120_000)
afterAll(async () => {
  await stop?.()
  rmSync(folder, { recursive: true, force: true })
})

test('升级以前的纠纷：全部达成的照旧；部分达成、没有回访的接着调解其余；回访过、归档的不动', async () => {
  const of = async (name: string) => {
    const d = await read(ids[name]!)
    return [d.state, d.rest, d.performedOn, d.followUpOn]
  }
  expect(await of('whole')).toEqual(['performing', null, null, '2026-02-10'])
  expect(await of('partly')).toEqual(['mediating', 'open', null, null])
  expect(await of('partlyDone')).toEqual(['mediating', 'open', null, null])
  expect(await of('visited')).toEqual(['performed', null, '2026-02-01', null])
  expect(await of('closed')).toEqual(['closed', null, '2026-02-01', '2026-02-10'])
  expect(await of('signing')).toEqual(['signing', null, null, '2026-02-10'])
})

test('部分达成的照旧履行、其余可以接着办；重新达成过的，只有后来的一份有效', async () => {
  const partly = await read(ids.partly!)
  expect(live(partly)).toMatchObject([{ what: '第1份的付款', paidFen: 30_000, amountFen: 100_000 }])
  const me = {
    ...systemOf(town),
    seats: [{ memberId: nobody, stationId: station, level: 'centre' as const, duty: 'head' as const }],
  }
  for (const move of ['perform', 'planSession', 'holdSession', 'fail'])
    expect(moveOf(move)!.refusal(partly, me, '2026-03-01' as never), move).toBeNull()
  const anew = await read(ids.anew!)
  expect(anew.agreements.map((a) => a.status)).toEqual(['replaced', 'void', 'effective'])
  expect(standing(anew).map((a) => a.n)).toEqual([3])
  expect(live(anew).map((p) => p.what)).toEqual(['第3份的付款'])
})

test('升级以前上传的材料：都算证据；图片一页，PDF 打开整卷时再数，录音没有页；责任书的扫描件不写用途', async () => {
  const r = await opened.ownerPool.query('select name, serves, pages from mediation_file order by name collate "C"')
  const of = (name: string) => r.rows.find((x) => x.name === name)
  expect(of('照片')).toMatchObject({ serves: 'evidence', pages: 1 })
  expect(of('合同')).toMatchObject({ serves: 'evidence', pages: null })
  expect(of('录音')).toMatchObject({ serves: 'evidence', pages: 0 })
  expect(of('责任书扫描件')).toMatchObject({ serves: null, pages: null })
})
