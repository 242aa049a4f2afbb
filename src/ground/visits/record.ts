import type { RecordInput } from './visits.ts'

/** 下访、约访、走访. Reception days of leaders stand in the same list and are kept in duty/reception. */
export const visitKinds = { goDown: '下访', invited: '约访', callOn: '走访' } as const
export type VisitKind = keyof typeof visitKinds

/** What is wrong with a record, field by field; empty when nothing is. Asked by the office's form, the phone and the server. */
export const recordProblems = (
  r: Pick<RecordInput, 'headCount' | 'withIds'> & {
    items: readonly Pick<RecordInput['items'][number], 'found' | 'said' | 'readBack'>[]
  },
  v: { kind: VisitKind; petitionId: string | null; staffId: string },
): Record<string, string> => {
  const wrong: Record<string, string> = {}
  if (r.items.length > 0 && r.headCount === 0) wrong.headCount = '听到了反映，请填写见了多少人'
  if (r.withIds.includes(v.staffId)) wrong.withIds = '同去的人里不用再写本人'
  const known = r.items.flatMap((i) => (i.found.kind === 'known' ? [i.found.petitionId] : []))
  if (new Set(known).size < known.length) wrong.items = '同一件事项写了两次'
  if (v.kind === 'invited' && r.headCount > 0 && !known.includes(v.petitionId!))
    wrong.items = '约访的这件事项谈了什么，请写上'
  r.items.forEach((i, n) => {
    if (i.found.kind === 'known' && !i.said) wrong[`items.${n}.said`] = '请写明听到什么、怎样答复'
    if (i.found.kind !== 'matter') return
    if (!i.said) wrong[`items.${n}.said`] = '请写明当时怎样答复'
    if (!i.readBack) wrong[`items.${n}.readBack`] = '口头提出的，应当记录并向本人宣读核对（第十九条）'
    if (!i.found.anonymous && !i.found.name) wrong[`items.${n}.found.name`] = '请填写姓名；本人不愿留名的请勾选'
  })
  return wrong
}
