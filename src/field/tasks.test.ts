import { expect, test } from 'vitest'
import type { Line, Today } from './routes.ts'
import { tasksOf } from './tasks.ts'

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

test('今天要做的：过期的在前，没有到时候的不列，报过的排查不列，已经安排走访的联系村不再催', () => {
  expect(tasksOf(today({}))).toEqual([])
  const t = today({
    screening: [
      { name: '东庄', reportedOn: null, refusal: null, dueOn: '2026-03-07' },
      { name: '西庄', reportedOn: '2026-03-04', refusal: null, dueOn: '2026-03-07' },
    ],
    visits: [
      { kind: 'goDown', villageId: 'v1', village: '东庄', place: '', atTime: '09:00', onDay: '2026-03-05' },
      { kind: 'callOn', villageId: 'v9', village: '远庄', place: '', atTime: '', onDay: '2026-04-01' },
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
  expect(tasksOf(t).map((x) => [x.dueOn, x.what])).toEqual([
    ['2026-03-02', '1 号 修渠'],
    ['2026-03-04', '把结果告诉信访人：2 号 已办结'],
    ['2026-03-05', '下访：东庄 09:00'],
    ['2026-03-06', '兑现承诺：修路灯'],
    ['2026-03-07', '矛盾排查：东庄还没有报'],
    ['2026-03-10', '联系村：去西庄'],
    [null, '1 件等回访'],
  ])
})
