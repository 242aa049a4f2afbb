import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyTown } from '../../audit/verify.ts'
import { addDays, day } from '../../kit/day.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import { heldRefusal, latestPromise } from '../consultation/consultation.ts'
import { type Office, openOffice } from '../fixture.ts'
import { dayRefusal, type PromiseRow } from './promise.ts'

let o: Office
beforeAll(async () => {
  o = await openOffice()
})
afterAll(() => o?.close())

const post = (who: string, url: string, body: Record<string, unknown>) =>
  o.as(who, 'POST', url, { requestId: uuidv7(), ...body })
const list = async (who: string, query = '') => (await o.as(who, 'GET', `/api/promises${query}`)).json as PromiseRow[]

describe('会诊', () => {
  test('缺分管领导、承诺晚于法定期限，都形成不了记录', () => {
    const held = {
      heldOn: day('2026-03-06'),
      attendees: [
        { role: 'receptionist' as const, name: '甲' },
        { role: 'head' as const, name: '乙' },
      ],
      options: [{ by: '甲', text: '现场丈量' }],
      dissent: [],
      decision: '丈量后补足',
      ownerId: uuidv7(),
      promisedOn: day('2026-05-20'),
      lateReason: '',
    }
    const called = { dueOn: day('2026-03-09'), lateReason: '' }
    const wrong = heldRefusal(held, day('2026-03-06'), latestPromise(day('2026-05-04'), held.heldOn), called)
    expect(wrong).toEqual({
      attendees: '会诊应当有分管领导参加',
      promisedOn: '承诺日期不能晚于法定期限 2026-05-04',
    })
    expect(latestPromise(null, held.heldOn)).toBe('2026-05-05')
    // 已经超期的，照样要定一个日子
    expect(latestPromise(day('2026-03-01'), held.heldOn)).toBe('2026-05-05')
  })

  test('召集、记录（含不同意见）、告知信访人：承诺进入清单，事项逐步留痕，告知算一次联系', async () => {
    const id = await o.graded('red')
    const waiting = (await o.as('petitionHead', 'GET', '/api/consultations')).json.waiting
    expect(waiting.find((w: { id: string }) => w.id === id).dueOn).toBe('2026-03-09')
    expect((await post('gridWorker', '/api/consultations', { petitionId: id, planOn: '2026-03-06' })).status).toBe(403)
    expect(
      (await post('clerk', '/api/consultations', { petitionId: id, planOn: '2026-03-06', place: '接待室' })).status,
    ).toBe(200)
    expect(
      (await post('clerk', '/api/consultations', { petitionId: id, planOn: '2026-03-06' })).json.message,
    ).toContain('没有结束')
    const one = async () =>
      (await o.as('petitionHead', 'GET', `/api/consultations?petitionId=${id}`)).json.rows[0] as {
        id: string
        version: number
        status: string
      }
    const c = await one()
    const held = {
      heldOn: '2026-03-05',
      attendees: [
        { role: 'receptionist', name: '登记员', staffId: o.id('clerk') },
        { role: 'head', name: '主任', staffId: o.id('petitionHead') },
        { role: 'leader', name: '分管', staffId: o.id('leadOfficial') },
        { role: 'lawyer', name: '张律师' },
      ],
      options: [
        { by: '登记员', text: '重新丈量' },
        { by: '张律师', text: '先调取合同底册' },
      ],
      dissent: [{ by: '分管', text: '应先征求村民会议意见' }],
      decision: '调取合同底册并重新丈量',
      ownerId: o.id('leadOfficial'),
      promisedOn: '2026-04-10',
    }
    expect(
      (
        await post('petitionHead', `/api/consultations/${c.id}/told`, {
          version: c.version,
          toldOn: '2026-03-05',
          way: 'phone',
        })
      ).json.message,
    ).toBe('先记录会诊，再告知')
    const late = await post('petitionHead', `/api/consultations/${c.id}/held`, {
      version: c.version,
      held: { ...held, promisedOn: '2026-12-01' },
    })
    expect(late.status).toBe(400)
    expect(late.json.fields.promisedOn).toContain('法定期限')
    const requestId = uuidv7()
    for (let n = 0; n < 2; n += 1)
      expect(
        (await o.as('petitionHead', 'POST', `/api/consultations/${c.id}/held`, { requestId, version: c.version, held }))
          .status,
      ).toBe(200)
    const made = await list('petitionHead', `?petitionId=${id}`)
    expect(made).toHaveLength(1)
    expect(made[0]).toMatchObject({ kind: 'consultation', madeTo: '信访人', dueOn: '2026-04-10', status: 'open' })
    expect(
      (
        await post('clerk', `/api/consultations/${c.id}/told`, {
          version: (await one()).version,
          toldOn: '2026-03-05',
          way: 'phone',
          said: '好',
        })
      ).status,
    ).toBe(200)
    const v = await o.view('petitionHead', id)
    expect(v.matter.lastContactOn).toBe('2026-03-05')
    const says = (await o.traces(id)).join('\n')
    expect(says).toContain('召集会诊')
    expect(says).toContain('不同意见：分管——应先征求村民会议意见')
    expect(says).toContain('告知会诊决定和承诺的日期 2026-04-10')
  })
})

describe('承诺', () => {
  test('日期要在承诺之后、法定期限之内', () => {
    const d = (text: string) => day(text)
    expect(dayRefusal(d('2026-03-05'), d('2026-03-10'), d('2026-03-05'), d('2026-05-04'))).toBe(null)
    expect(dayRefusal(d('2026-03-06'), d('2026-03-10'), d('2026-03-05'), null)).toBe('承诺日期不能晚于今天')
    expect(dayRefusal(d('2026-03-05'), d('2026-06-10'), d('2026-03-05'), d('2026-05-04'))).toContain('2026-05-04')
  })

  test('改期要对方同意的话；兑现、未兑现都写明，结束后不再改；看不到事项的人看不到承诺', async () => {
    const id = await o.graded('yellow')
    const today = o.world.clock.today()
    const input = {
      petitionId: id,
      kind: 'office',
      body: '三日内到现场看',
      madeTo: '信访人',
      ownerId: o.id('unitHandler'),
      madeOn: today,
      dueOn: addDays(today, 3),
    }
    expect((await post('clerk', '/api/promises', { input })).status).toBe(200)
    const p = (await list('clerk', `?petitionId=${id}`))[0]!
    expect(await list('areaSecretary', `?petitionId=${id}`)).toHaveLength(1)
    expect(await list('mediator', `?petitionId=${id}`)).toHaveLength(0)
    const end = (who: string, e: Record<string, unknown>, version = p.version) =>
      post(who, `/api/promises/${p.id}/end`, { version, end: e })
    expect((await end('areaSecretary', { how: 'kept', words: '看过了' })).json.message).toBe(
      '由承诺的责任人或信访办记录',
    )
    expect((await end('clerk', { how: 'moved', dueOn: addDays(today, 9), reason: '下雨', words: '' })).status).toBe(400)
    expect(
      (await end('clerk', { how: 'moved', dueOn: addDays(today, 9), reason: '下雨，看不清界', words: '行，晴了再来' }))
        .status,
    ).toBe(200)
    expect((await end('clerk', { how: 'kept', words: '看过了' })).json.message).toContain('最新的内容')
    expect((await end('clerk', { how: 'broken', words: '没有去，已当面道歉' }, p.version + 1)).status).toBe(200)
    const now = (await list('petitionHead', '?status=broken')).find((x) => x.id === p.id)!
    expect(now.history[0]).toMatchObject({ to: addDays(today, 9), words: '行，晴了再来' })
    expect((await end('clerk', { how: 'kept', words: '又去了' }, now.version)).json.message).toContain('不能再改')
    expect((await o.traces(id)).at(-1)).toContain('承诺未兑现')
    expect((await o.traces(id)).at(-2)).toContain('信访人：行，晴了再来')
  })

  test('所有留痕首尾相接', async () => {
    expect((await inTown(o.world.db, o.town.townId, (tx) => verifyTown(tx, o.town.townId))).ok).toBe(true)
  })
})
