import { expect, test } from 'vitest'
import { traceKinds } from '../petitions/move.ts'
import { logKinds } from './kinds.ts'

test('留痕查阅认得事项的每一种留痕，名称一致', () => {
  expect(logKinds).toMatchObject(traceKinds)
})
