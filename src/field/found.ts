import type { FindingInput } from '../ground/campaign.ts'
import { area, field, select, text } from './dom.ts'

/** What is found in a screening or heard on a visit: the same three kinds, asked in the same fields. */
export type Finding = FindingInput
export const foundKinds = { matter: '新登记', known: '已在册', answered: '当场解答' } as const

export const newFinding = (kind: Finding['kind'], petitionId = ''): Finding =>
  kind === 'matter'
    ? { kind, request: '', name: '', phone: '', anonymous: false, headCount: 1, place: '' }
    : kind === 'known'
      ? { kind, petitionId }
      : { kind, asked: '', answer: '' }

/** What is missing in it, by the field's own name. */
export const foundMissing = (f: Finding): Record<string, string> => {
  const out: Record<string, string> = {}
  if (f.kind === 'matter' && !f.request.trim()) out.request = '请写明反映的问题和诉求'
  if (f.kind === 'known' && !f.petitionId) out.petitionId = '请选择已在册的事项'
  if (f.kind === 'answered' && !f.asked.trim()) out.asked = '请写明群众问了什么'
  if (f.kind === 'answered' && !f.answer.trim()) out.answer = '请写明怎样解答的'
  return out
}

export const foundFields = (
  f: Finding,
  put: (more: object) => void,
  wrong: (name: string) => string | undefined,
  known: readonly { id: string; number: string; title: string }[],
): HTMLElement[] => {
  if (f.kind === 'known')
    return [
      field(
        '台账上的哪一件',
        select(f.petitionId, [['', '请选择'], ...known.map((k) => [k.id, `${k.number} ${k.title}`] as const)], (v) =>
          put({ petitionId: v }),
        ),
        { wrong: wrong('petitionId') },
      ),
    ]
  if (f.kind === 'answered')
    return [
      field(
        '群众问什么',
        area(f.asked, (v) => put({ asked: v }), { rows: 2, maxlength: 500 }),
        { wrong: wrong('asked') },
      ),
      field(
        '怎样解答的',
        area(f.answer, (v) => put({ answer: v }), { rows: 2, maxlength: 1000 }),
        {
          wrong: wrong('answer'),
        },
      ),
    ]
  return [
    field(
      '反映什么、要求什么',
      area(f.request, (v) => put({ request: v }), { maxlength: 2000 }),
      {
        hint: '检举干部的不要写在这里，请本人找纪检联络员',
        wrong: wrong('request'),
      },
    ),
    field(
      '姓名（不愿留名的空着）',
      text(f.name, (v) => put({ name: v, anonymous: v.trim() === '' }), { maxlength: 60 }),
    ),
    field(
      '电话',
      text(f.phone, (v) => put({ phone: v }), { inputmode: 'tel', maxlength: 40 }),
    ),
    field(
      '事情在哪里',
      text(f.place, (v) => put({ place: v }), { maxlength: 200 }),
    ),
  ]
}
