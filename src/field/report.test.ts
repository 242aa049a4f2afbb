import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Office, openOffice } from '../duty/fixture.ts'
import { addDays } from '../kit/day.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { newFinding } from './found.ts'
import { emptyReport, type ReportBody, reportAnew, reportGist, reportInput, reportMissing } from './report.ts'
import type { Today } from './routes.ts'
import { type PromiseBody, promiseEnd, promiseMissing } from './steps.ts'

const report = (more: Partial<ReportBody['input']>, standing = 0): ReportBody => {
  const b = emptyReport({ campaignId: 'c', placeId: 'p', name: '东庄', version: standing ? 1 : 0, standing })
  Object.assign(b.input, { visited: 9, reason: standing ? '核对后更正' : '' }, more)
  return b
}

describe('手机上的排查报告', () => {
  test('先报过的还留着就不能零报告，撤回要写理由；只更正户数的不必再写一件', () => {
    expect(reportMissing(report({ zero: true }, 2)).zero).toBe('先前报的还有 2 件，不能零报告；确有错报的先撤回')
    const out = { zero: true, retract: [{ id: 'f', reason: '' }] }
    expect(reportMissing(report(out, 1))).toEqual({ 'retract.f': '请写明撤回的理由' })
    expect(reportMissing(report({ ...out, retract: [{ id: 'f', reason: '记重了' }] }, 1))).toEqual({})
    expect(reportMissing(report({ zero: false }, 1))).toEqual({})
    expect(reportMissing(report({ zero: false })).findings).toContain('零报告')
    expect(reportGist(report({ zero: false, retract: [{ id: 'f', reason: '记重了' }] }, 2))).toBe('撤回 1 件')
  })

  test('先写了发现又改成零报告的，不把没写完的带出去；旧版本的草稿照样能发', () => {
    const b = report({ zero: true, findings: [newFinding('matter')] })
    expect(reportMissing(b)).toEqual({})
    expect(reportInput(b).input.findings).toEqual([])
    const { standing: _s, ...old } = report({ zero: true })
    delete old.input.retract
    expect(reportMissing(old)).toEqual({})
    expect(reportInput(old).input.retract).toEqual([])
  })

  test('别人先更正过的：按现在的再报，已经撤回的不再撤回', () => {
    const b = report({ retract: [{ id: 'f', reason: '记重了' }] }, 2)
    reportAnew(b, { version: 3, standing: 1, found: [{ id: 'g', what: '2 号 修渠' }] })
    expect([b.version, b.standing, b.input.retract]).toEqual([3, 1, []])
  })
})

test('承诺改期：新的日子晚于今天，理由和对方的话都要写；不改期的不带日子', () => {
  const b: PromiseBody = { promiseId: 'p', what: '修路灯', version: 1, how: 'moved', words: '', dueOn: '', reason: '' }
  expect(Object.keys(promiseMissing(b, '2026-03-05'))).toEqual(['dueOn', 'reason', 'words'])
  const agreed = { ...b, dueOn: '2026-03-05', reason: '配件没有到', words: '同意晚几天' }
  expect(promiseMissing(agreed, '2026-03-05')).toEqual({ dueOn: '新的日期应当晚于今天' })
  expect(promiseMissing(agreed, '2026-03-04')).toEqual({})
  expect(promiseEnd(agreed)).toEqual({
    how: 'moved',
    dueOn: '2026-03-05',
    reason: '配件没有到',
    words: '同意晚几天',
  })
  expect(promiseEnd({ ...agreed, how: 'kept' })).toEqual({ how: 'kept', words: '同意晚几天' })
})

describe('送到服务器', () => {
  let o: Office
  beforeAll(async () => {
    o = await openOffice('2026-03-05')
  })
  afterAll(() => o?.close())

  test('报过的发现带在手机里，报错的在手机上撤回、改成零报告', async () => {
    const today = o.world.clock.today()
    const made = await o.as('petitionHead', 'POST', '/api/screenings', {
      requestId: uuidv7(),
      input: { title: '春季排查', asks: '矛盾纠纷', fromOn: today, dueOn: addDays(today, 2), withGrids: false },
    })
    expect(made.status).toBe(200)
    const task = async () => ((await o.as('villageOfficer', 'GET', '/api/field/today')).json as Today).screening[0]!
    const send = async (b: ReportBody) => {
      const now = o.world.clock.now().getTime()
      expect(reportMissing(b)).toEqual({})
      const input = reportInput(b)
      const r = await o.as('villageOfficer', 'POST', '/api/field/reports', {
        requestId: uuidv7(),
        heardAt: now,
        sentAt: now,
        input,
      })
      expect(r.status, JSON.stringify(r.json)).toBe(200)
    }
    const first = emptyReport(await task())
    Object.assign(first.input, {
      zero: false,
      visited: 20,
      findings: [{ kind: 'answered', asked: '医保怎样缴费', answer: '已告知办法' }],
    })
    await send(first)
    const again = await task()
    expect([again.standing, again.found.map((f) => f.what)]).toEqual([1, ['医保怎样缴费']])
    const second = emptyReport(again)
    Object.assign(second.input, {
      zero: true,
      visited: 21,
      reason: '记到别的村去了',
      retract: [{ id: again.found[0]!.id, reason: '不是本村的' }],
    })
    await send(second)
    expect(await task()).toMatchObject({ standing: 0, found: [], version: 2 })
  })
})
