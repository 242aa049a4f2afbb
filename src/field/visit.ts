import { recordProblems, type VisitKind, visitKinds } from '../ground/visits/record.ts'
import type { Desk } from './desk.ts'
import { area, button, choice, field, h, select, text, tick } from './dom.ts'
import { type Finding, foundFields, foundKinds, foundMissing, newFinding } from './found.ts'
import type { Today } from './routes.ts'

/** A visit as it is written down: who was met, what was heard, what was promised and by when, what came of it. */
interface Heard {
  found: Finding
  said: string
  readBack: boolean
  promise: { body: string; dueOn: string } | null
}
export interface VisitBody {
  planned: { id: string; version: number } | null
  kind: VisitKind
  villageId: string | null
  /** The village's name, or where they agreed to meet. */
  where: string
  /** The matter that an invited visit is about. */
  petitionId: string | null
  number: string
  record: { headCount: number; withIds: string[]; outcome: string; items: Heard[] }
}

export const heardOf = (kind: Finding['kind'], petitionId = ''): Heard => ({
  found: newFinding(kind, petitionId),
  said: '',
  readBack: false,
  promise: null,
})

export const emptyVisit = (villages: Today['villages'], kind: 'callOn' | 'goDown'): VisitBody => ({
  planned: null,
  kind,
  villageId: villages.length === 1 ? villages[0]!.id : null,
  where: villages.length === 1 ? villages[0]!.name : '',
  petitionId: null,
  number: '',
  record: { headCount: 0, withIds: [], outcome: '', items: [] },
})
/** The record of a visit that was planned. What it was invited for is already there to be written about. */
export const plannedVisit = (v: Today['visits'][number]): VisitBody => ({
  planned: { id: v.id, version: v.version },
  kind: v.kind,
  villageId: v.villageId,
  where: v.village || v.place,
  petitionId: v.petitionId,
  number: v.number,
  record: { headCount: 0, withIds: [], outcome: '', items: v.petitionId ? [heardOf('known', v.petitionId)] : [] },
})

export const visitMissing = (b: VisitBody): Record<string, string> => {
  const r = b.record
  const out: Record<string, string> = {}
  if (!b.planned && !b.villageId) out.villageId = '请选择去哪个村'
  for (const [n, i] of r.items.entries()) {
    for (const [k, v] of Object.entries(foundMissing(i.found))) out[`record.items.${n}.found.${k}`] = v
    if (i.promise && !i.promise.body.trim()) out[`record.items.${n}.promise.body`] = '请写明承诺了什么'
    if (i.promise && !i.promise.dueOn) out[`record.items.${n}.promise.dueOn`] = '请填写哪天前兑现'
  }
  const of = { kind: b.kind, petitionId: b.petitionId, staffId: '' }
  for (const [k, v] of Object.entries(recordProblems(r, of))) out[`record.${k}`] = v
  if (!r.outcome.trim()) out['record.outcome'] = '请写明走访的结果'
  return out
}

/** The matters at hand on this phone that are not closed. */
export const knownLines = (t: Today | null) =>
  [
    ...new Map([...(t?.mine ?? []), ...(t?.reported ?? []), ...(t?.revisits ?? [])].map((l) => [l.id, l])).values(),
  ].filter((l) => !l.closed)

export const villageField = (
  d: Desk,
  b: { villageId: string | null },
  put: (more: { villageId: string | null; where: string }) => void,
) => {
  const villages = d.today?.villages ?? []
  return field(
    '去哪个村',
    select(b.villageId ?? '', [['', '请选择'], ...villages.map((v) => [v.id, v.name] as const)], (v) =>
      put({ villageId: v || null, where: villages.find((x) => x.id === v)?.name ?? '' }),
    ),
    { wrong: d.wrong.villageId },
  )
}

/** The people who come along, folded away until wanted. */
export const alongFields = (people: Today['people'], withIds: string[], put: (ids: string[]) => void) => {
  let chosen = withIds
  return people.length
    ? [
        h(
          'details',
          { class: 'field', open: chosen.length > 0 },
          h('summary', {}, `同去的人（${chosen.length || '没有'}）`),
          people.map((p) =>
            tick(`${p.name} ${p.post}`, chosen.includes(p.id), (v) => {
              chosen = v ? [...chosen, p.id] : chosen.filter((x) => x !== p.id)
              put(chosen)
            }),
          ),
        ),
      ]
    : []
}

export const visitForm = (d: Desk): HTMLElement[] => {
  const b = d.item().body as VisitBody
  const change = () => d.change(b)
  const put = (o: object, more: object) => {
    Object.assign(o, more)
    change()
  }
  const t = d.today
  const r = b.record
  const known = knownLines(t)
  const add = (kind: Finding['kind']) => {
    put(r, { items: [...r.items, heardOf(kind)] })
    d.again()
  }
  const heard = (i: Heard, n: number) => {
    const w = (k: string) => d.wrong[`record.items.${n}.${k}`]
    const fixed = i.found.kind === 'known' && i.found.petitionId !== '' && i.found.petitionId === b.petitionId
    return h(
      'fieldset',
      { class: 'finding' },
      h('legend', {}, `第 ${n + 1} 件：${fixed ? `约访的 ${b.number}` : foundKinds[i.found.kind]}`),
      !fixed &&
        foundFields(
          i.found,
          (more) => put(i.found, more),
          (k) => w(`found.${k}`),
          known,
        ),
      i.found.kind !== 'answered' &&
        field(
          i.found.kind === 'matter' ? '当时怎样答复' : '听到什么、怎样答复',
          area(i.said, (v) => put(i, { said: v }), { rows: 2, maxlength: 1000 }),
          { wrong: w('said') },
        ),
      i.found.kind === 'matter' &&
        tick('已把上面记的念给本人核对', i.readBack, (v) => put(i, { readBack: v }), w('readBack')),
      tick('当场作了承诺', i.promise !== null, (v) => {
        put(i, { promise: v ? { body: '', dueOn: '' } : null })
        d.again()
      }),
      i.promise && [
        field(
          '承诺了什么（由我兑现）',
          text(i.promise.body, (v) => put(i.promise!, { body: v }), { maxlength: 500 }),
          { wrong: w('promise.body') },
        ),
        field(
          '哪天前兑现',
          text(i.promise.dueOn, (v) => put(i.promise!, { dueOn: v }), { type: 'date' }),
          { wrong: w('promise.dueOn') },
        ),
      ],
      !fixed &&
        button(
          `去掉第 ${n + 1} 件`,
          () => {
            put(r, { items: r.items.filter((x) => x !== i) })
            d.again()
          },
          'quiet',
        ),
    )
  }
  return [
    ...(b.planned
      ? [h('p', {}, `${visitKinds[b.kind]} ${b.where}${b.number ? `（${b.number}）` : ''}`)]
      : [
          choice(
            '是哪一种',
            b.kind,
            [
              ['callOn', '走访'],
              ['goDown', '下访'],
            ],
            (v) => put(b, { kind: v }),
          ),
          villageField(d, b, (more) => put(b, more)),
        ]),
    field(
      '见了多少人',
      text(r.headCount ? String(r.headCount) : '', (v) => put(r, { headCount: Number.parseInt(v, 10) || 0 }), {
        inputmode: 'numeric',
      }),
      { wrong: d.wrong['record.headCount'] },
    ),
    ...alongFields(t?.people ?? [], r.withIds, (withIds) => put(r, { withIds })),
    ...r.items.map(heard),
    h('p', { class: 'label' }, '听到了什么'),
    h(
      'div',
      { class: 'row field' },
      button('新的诉求', () => add('matter')),
      button('已在册的', () => add('known')),
      button('当场解答的', () => add('answered')),
    ),
    ...(d.wrong['record.items'] ? [h('p', { class: 'wrong' }, d.wrong['record.items'])] : []),
    field(
      '走访的结果',
      area(r.outcome, (v) => put(r, { outcome: v }), { rows: 3, maxlength: 1000 }),
      {
        hint: '看了什么、办了什么；没有听到反映的也写明',
        wrong: d.wrong['record.outcome'],
      },
    ),
  ]
}
