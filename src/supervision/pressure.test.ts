import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Office, openOffice } from '../duty/fixture.ts'
import { day } from '../kit/day.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { newMatter } from '../petitions/lives.fixture.ts'
import { nextPressureOn, pressureMoves } from '../petitions/protect/pressure.ts'
import { remindTown } from './remind.job.ts'

let o: Office
beforeAll(async () => {
  o = await openOffice('2026-03-05')
})
afterAll(() => o.close())

const asked = (n: number) =>
  Array.from({ length: n }, () => ({ kind: 'contact', data: { pressure: true } })) as unknown as ReturnType<
    typeof newMatter
  >['records']

test('反映干部的事项登记后三十、九十、一百八十日各问一次；别的事项不问', () => {
  const m = newMatter({ gradeAttributes: ['cadreOrFinance'] })
  expect([0, 1, 2, 3].map((n) => nextPressureOn({ ...m, records: asked(n) }))).toEqual([
    '2026-04-04',
    '2026-06-03',
    '2026-09-01',
    null,
  ])
  expect(nextPressureOn(newMatter())).toBeNull()
})

test('到日子提醒信访办主任，不提醒承办单位；问过的只记问过，不算办理进展', async () => {
  const id = await o.register({ title: '村账目不公开', request: '要求公开村级账目' })
  await o.move('clerk', id, 'classify', {
    class: 'claim',
    route: 'petitionProcedure',
    category: null,
    categoryText: '村级财务',
  })
  await o.move('clerk', id, 'grade', {
    grade: 'yellow',
    gradeReason: '反映村级财务',
    gradeAttributes: ['cadreOrFinance'],
  })
  expect(await o.moveRefused('petitionHead', id, 'askPressure')).toContain('下一次在 2026-04-04')
  expect(await o.moveRefused('petitionHead', await o.register(), 'askPressure')).toContain('只用于反映干部')

  const remind = async (on: string) => {
    o.world.clock.set(on)
    await inTown(o.world.db, o.town.townId, (tx) =>
      remindTown(tx, o.town.townId, {
        today: o.world.clock.today(),
        now: o.world.clock.now(),
        channels: { has: () => false },
      }),
    )
    const r = await o.world.ownerPool.query(
      "select staff_ids from reminder where source = 'pressure' and petition_id = $1",
      [id],
    )
    return r.rows.flatMap((x) => x.staff_ids as string[])
  }
  expect(await remind('2026-04-03')).toEqual([])
  const told = await remind('2026-04-04')
  expect(told).toContain(o.id('petitionHead'))
  expect(told).not.toContain(o.id('unitHandler'))

  const before = (await o.view('petitionHead', id)).matter.lastProgressOn
  expect(await o.moveRefused('unitHandler', id, 'askPressure').catch(() => '看不到')).toBeTruthy()
  const wrong = await o.as('petitionHead', 'POST', `/api/petitions/${id}/moves/askPressure`, {
    requestId: uuidv7(),
    version: (await o.view('petitionHead', id)).matter.version,
    input: { onDay: '2026-04-30', way: 'phone' },
  })
  expect(wrong.json.error ?? wrong.json.message).toContain('不能晚于今天')
  const now = await o.move('petitionHead', id, 'askPressure', { onDay: '2026-04-04', way: 'phone' })
  expect(now.matter.lastProgressOn).toBe(before)
  expect(now.records.at(-1)!.body).toContain('回答不记在这里')
  expect(await o.moveRefused('petitionHead', id, 'askPressure')).toContain('下一次在 2026-06-03')
})

test('经办人自己不能问', () => {
  const staffId = uuidv7()
  const m = newMatter({ gradeAttributes: ['cadreOrFinance'], mainHandlerId: staffId })
  const who = { townId: 'town', staffId, name: '经办', post: '窗口', roles: ['clerk'], areaIds: [], villageIds: [] }
  expect(pressureMoves.askPressure.refusal(m, who as never, day('2026-05-05'))).toContain('经办人以外')
})
