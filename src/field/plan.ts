import { type VisitKind, visitKinds } from '../ground/visits/record.ts'
import { bodyOf, type Desk } from './desk.ts'
import { area, choice, field, h, select, text } from './dom.ts'
import type { Today } from './routes.ts'
import { alongFields, knownLines, villageField } from './visit.ts'

/** A visit to come: who goes where, when, with whom; or another day for one that was planned, or called off. */
export interface PlanBody {
  /** The planned visit that is changed, and the version seen; null for a new one. */
  of: { id: string; version: number; what: string } | null
  off: boolean
  reason: string
  kind: VisitKind
  villageId: string | null
  where: string
  petitionId: string | null
  staffId: string
  withIds: string[]
  onDay: string
  atTime: string
  place: string
  about: string
}

export const emptyPlan = (t: Today, staffId: string): PlanBody => ({
  of: null,
  off: false,
  reason: '',
  kind: 'callOn',
  villageId: t.villages.length === 1 ? t.villages[0]!.id : null,
  where: t.villages.length === 1 ? t.villages[0]!.name : '',
  petitionId: null,
  staffId,
  withIds: [],
  onDay: '',
  atTime: '',
  place: '',
  about: '',
})
export const changeOf = (v: Today['visits'][number], t: Today): PlanBody => ({
  ...emptyPlan(t, v.staffId),
  of: { id: v.id, version: v.version, what: `${visitKinds[v.kind]} ${v.village || v.place} ${v.onDay}` },
  kind: v.kind,
  villageId: v.villageId,
  where: v.village || v.place,
  onDay: v.onDay,
  atTime: v.atTime,
  place: v.place,
})

export const planMissing = (b: PlanBody, today: string): Record<string, string> => {
  const out: Record<string, string> = {}
  if (b.of && !b.reason.trim()) out.reason = '请写明理由'
  if (b.off) return out
  const invited = b.kind === 'invited'
  if (!b.of && invited && !b.petitionId) out.petitionId = '约访的是一件事项的信访人，请选择事项'
  if (!b.of && !invited && !b.villageId) out.villageId = '请选择去哪个村'
  if (!b.onDay) out.onDay = '请填写哪一天'
  else if (b.onDay < today) out.onDay = '不能早于今天；已经去过的请记走访'
  if (invited && !b.atTime) out.atTime = '请填写与对方约定的时刻'
  if (invited && !b.place.trim()) out.place = '请填写与对方约定的地点'
  return out
}

/** What the server is asked: its path and body. */
export const planRequest = (b: PlanBody): [string, object] => {
  const { kind, villageId, petitionId, staffId, withIds, onDay, atTime, place, about } = b
  if (b.of) {
    const { id, version } = b.of
    return b.off
      ? [`/api/visits/${id}/cancel`, { version, reason: b.reason }]
      : [`/api/visits/${id}/change`, { version, onDay, atTime, place, staffId, reason: b.reason }]
  }
  const plan = { kind, staffId, withIds, onDay, atTime, place, about }
  const to = kind === 'invited' ? { petitionId } : { villageId }
  return ['/api/visits', { plan: { ...plan, ...to } }]
}

export const planForm = (d: Desk): HTMLElement[] => {
  const [b, put] = bodyOf<PlanBody>(d)
  const t = d.today
  const again = (more: Partial<PlanBody>) => {
    put(more)
    d.again()
  }
  const invited = b.kind === 'invited'
  const others = t?.mayPlan?.others
  return [
    ...(b.of
      ? [
          h('p', {}, b.of.what),
          choice(
            '怎样改',
            b.off ? 'off' : 'on',
            [
              ['on', '改日子、时刻、地点'],
              ['off', '不去了，取消'],
            ],
            (v) => again({ off: v === 'off' }),
          ),
          field(
            '理由',
            text(b.reason, (v) => put({ reason: v }), { maxlength: 200 }),
            { wrong: d.wrong.reason },
          ),
        ]
      : [
          choice('是哪一种', b.kind, Object.entries(visitKinds), (v) => again({ kind: v as VisitKind })),
          invited
            ? field(
                '约的是哪件事项的信访人',
                select(
                  b.petitionId ?? '',
                  [['', '请选择'], ...knownLines(t).map((l) => [l.id, `${l.number} ${l.title}`] as const)],
                  (v) => put({ petitionId: v || null }),
                ),
                { hint: '姓名、电话只在事项里', wrong: d.wrong.petitionId },
              )
            : villageField(d, b, put),
        ]),
    ...(b.off
      ? []
      : [
          field(
            '哪一天',
            text(b.onDay, (v) => put({ onDay: v }), { type: 'date' }),
            { wrong: d.wrong.onDay },
          ),
          field(
            invited ? '约定的时刻' : '时刻（可以不填）',
            text(b.atTime, (v) => put({ atTime: v }), { type: 'time' }),
            { wrong: d.wrong.atTime },
          ),
          field(
            invited ? '约定的地点' : '地点（可以不填）',
            text(b.place, (v) => put({ place: v }), { maxlength: 100 }),
            { wrong: d.wrong.place },
          ),
          ...(others && t
            ? [
                field(
                  '谁去',
                  select(
                    b.staffId,
                    [
                      [b.staffId, t.people.find((p) => p.id === b.staffId)?.name ?? '我去'],
                      ...t.people.filter((p) => p.id !== b.staffId).map((p) => [p.id, `${p.name} ${p.post}`] as const),
                    ],
                    (v) => again({ staffId: v, withIds: b.withIds.filter((x) => x !== v) }),
                  ),
                  { wrong: d.wrong.staffId },
                ),
              ]
            : []),
          ...(b.of
            ? []
            : [
                ...alongFields(
                  (t?.people ?? []).filter((p) => p.id !== b.staffId),
                  b.withIds,
                  (withIds) => put({ withIds }),
                ),
                field(
                  '为什么去（可以不填）',
                  area(b.about, (v) => put({ about: v }), { rows: 2, maxlength: 300 }),
                  { hint: '不写群众的姓名' },
                ),
              ]),
        ]),
  ]
}
