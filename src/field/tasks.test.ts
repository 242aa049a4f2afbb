import { expect, test } from 'vitest'
import { day } from '../kit/day.ts'
import type { Line, Today } from './routes.ts'
import { tasksOf, writtenOf } from './tasks.ts'
import { dayOnPhone } from './when.ts'

const line = (more: object): Line =>
  ({ id: 'm', number: '1 号', title: '修渠', dueOn: null, tell: null, ...more }) as unknown as Line
const today = (more: object): Today =>
  ({
    today: '2026-03-05',
    screening: [],
    revisits: [],
    mine: [],
    reported: [],
    tell: [],
    visits: [],
    contacts: [],
    promises: [],
    ...more,
  }) as unknown as Today

const place = (more: object) => ({
  campaignId: 'c',
  campaign: '清仓',
  name: '东庄',
  routine: false,
  fromOn: '2026-03-01',
  dueOn: '2026-03-07',
  reportedOn: null,
  refusal: null,
  ...more,
})

test('日常排查：今天的一条，过期的合成一条，明天的先带着、到时候才列；一直没有网络，过了一天也列得对', () => {
  const period = (d: number, more: object = {}) =>
    place({
      campaignId: `d${d}`,
      campaign: `每日排查 3月${d}日`,
      routine: true,
      ...more,
      fromOn: `2026-03-0${d}`,
      dueOn: `2026-03-0${d}`,
    })
  const t = today({ screening: [period(3), period(4), period(5), period(5, { name: '西庄' }), period(6), place({})] })
  expect(tasksOf(t, '2026-03-05').map((x) => [x.dueOn, x.what])).toEqual([
    ['2026-03-03', '日常排查：2 处过期没有报'],
    ['2026-03-05', '每日排查 3月5日：2 处还没有报'],
    ['2026-03-07', '清仓：东庄还没有报'],
  ])
  expect(tasksOf(t, '2026-03-06').map((x) => x.what)[1]).toBe('每日排查 3月6日：东庄还没有报')
})

test('今天要做的：过期的在前，没有到时候的不列，报过的排查不列，已经安排走访的联系村不再催，替别人安排的不算自己的', () => {
  expect(tasksOf(today({}), '2026-03-05')).toEqual([])
  const t = today({
    screening: [
      place({ name: '东庄', dueOn: '2026-03-07' }),
      place({ name: '西庄', reportedOn: '2026-03-04', dueOn: '2026-03-07' }),
    ],
    visits: [
      { kind: 'goDown', villageId: 'v1', village: '东庄', place: '', atTime: '09:00', onDay: '2026-03-05', goes: true },
      { kind: 'goDown', villageId: 'v2', village: '西庄', place: '', atTime: '', onDay: '2026-03-05', goes: false },
      { kind: 'callOn', villageId: 'v9', village: '远庄', place: '', atTime: '', onDay: '2026-04-01', goes: true },
    ],
    contacts: [
      { villageId: 'v1', village: '东庄', dueOn: '2026-03-01' },
      { villageId: 'v2', village: '西庄', dueOn: '2026-03-10' },
      { villageId: 'v3', village: '南庄', dueOn: '2026-03-30' },
    ],
    tell: [line({ number: '2 号', tell: { what: '已办结', dueOn: '2026-03-04' } })],
    promises: [
      { body: '修路灯', dueOn: '2026-03-06' },
      { body: '修桥', dueOn: '2026-05-06' },
    ],
    mine: [line({ dueOn: '2026-03-02' }), line({ dueOn: '2026-04-02' }), line({})],
    revisits: [line({})],
  })
  expect(tasksOf(t, '2026-03-05').map((x) => [x.dueOn, x.what])).toEqual([
    ['2026-03-02', '1 号 修渠'],
    ['2026-03-04', '把结果告诉信访人：2 号 已办结'],
    ['2026-03-05', '下访：东庄 09:00'],
    ['2026-03-06', '兑现承诺：修路灯'],
    ['2026-03-07', '清仓：东庄还没有报'],
    ['2026-03-10', '联系村：去西庄'],
    [null, '1 件等回访'],
  ])
})

test('已经写好等着发送的，不再催着做；草稿和被退回的照样列着', () => {
  const t = today({
    screening: [place({ placeId: 'p1' }), place({ placeId: 'p2', campaignId: 'c2', name: '西庄' })],
    promises: [{ id: 'm1', body: '修路灯', dueOn: '2026-03-06' }],
    tell: [line({ id: 't1', number: '2 号', tell: { what: '已办结', dueOn: '2026-03-04' } })],
  })
  const item = (kind: string, phase: string, body: object) => ({ kind, phase, body }) as never
  const written = writtenOf([
    item('report', 'waiting', { placeId: 'p1' }),
    item('report', 'refused', { placeId: 'p2' }),
    item('promise', 'draft', { promiseId: 'm1' }),
    item('tell', 'waiting', { petitionId: 't1' }),
    item('visit', 'waiting', { planned: null }),
  ])
  expect(tasksOf(t, '2026-03-05', written).map((x) => x.what)).toEqual(['兑现承诺：修路灯', '清仓：西庄还没有报'])
})

test('没有网络时手机的时钟拨慢、拨快很多，“今天”仍按上次联网知道的；只是过了几天的照常走', () => {
  const known = day('2026-03-05')
  expect(dayOnPhone(day('2026-03-08'), known)).toBe('2026-03-08')
  expect(dayOnPhone(day('2026-03-04'), known)).toBe(known)
  expect(dayOnPhone(day('2027-04-01'), known)).toBe(known)
  expect(dayOnPhone(day('2026-03-08'), null)).toBe('2026-03-08')
})
