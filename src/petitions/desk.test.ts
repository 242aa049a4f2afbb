import { expect, test } from 'vitest'
import { deskCards } from './desk.ts'

const all = ['mine', 'soon', 'overdue', 'toSign', 'toRevisit', 'redNoLead', 'silent', 'unassigned'].map((key) => ({
  key,
  n: key === 'silent' ? 2 : 0,
}))
const keys = (roles: Parameters<typeof deskCards>[0]['roles'], headsUnit = false) =>
  deskCards({ roles, headsUnit }, all).map((c) => c.key)

test('工作台的数字按岗位排：领导先看签批，村里只看自己的几项，不为零的一项不少', () => {
  expect(keys(['townLeader'])[0]).toBe('toSign')
  expect(keys(['gridWorker'])).toEqual(['mine', 'soon', 'overdue', 'silent'])
  expect(keys(['unitHandler'], true)).toContain('unassigned')
  expect(keys(['unitHandler'])).not.toContain('unassigned')
  expect(new Set(keys(['petitionHead'])).size).toBe(8)
})

test('一人两岗，各看一遍，不重复', () => {
  const both = keys(['leadOfficial', 'clerk'])
  expect(both).toEqual([...new Set(both)])
  expect(both).toEqual(expect.arrayContaining(['toSign', 'toRevisit']))
})
