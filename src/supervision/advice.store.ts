import type { Tx } from '../audit/trace.ts'
import { formal } from '../kit/day.ts'
import { NotFound, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { setRow } from '../kit/server/row.ts'
import type { Who } from '../people/roles.ts'
import { dueOf } from '../petitions/clocks.ts'
import { visibleTo } from '../petitions/policy.ts'
import { applyChange, findMatter, type Setting } from '../petitions/store.ts'
import { adoptions, adviceKinds } from './supervise.ts'
import { fresh, say, tellOf } from './trail.store.ts'
import { headsOf, unitName } from './unit.store.ts'

export const advicesOf = async (tx: Tx, who: Who) => {
  const rows = await tx
    .selectFrom('advice')
    .innerJoin('petition', (j) =>
      j.onRef('petition.townId', '=', 'advice.townId').onRef('petition.id', '=', 'advice.petitionId'),
    )
    .innerJoin('unit', (j) => j.onRef('unit.townId', '=', 'advice.townId').onRef('unit.id', '=', 'advice.unitId'))
    .selectAll('advice')
    .select(['petition.number as matter', 'unit.name as unit'])
    .where('advice.townId', '=', who.townId)
    .where((eb) =>
      eb.or([
        eb('advice.staffId', '=', who.staffId),
        ...(who.headsUnit && who.unitIds.length ? [eb('advice.unitId', 'in', [...who.unitIds])] : []),
        visibleTo(who)(eb as never),
      ]),
    )
    .orderBy('advice.sentOn', 'desc')
    .orderBy('advice.id', 'desc')
    .limit(300)
    .execute()
  return rows.map((r) => ({
    ...r,
    mayFeedback: r.adopted === null && (r.staffId === who.staffId || (who.headsUnit && who.unitIds.includes(r.unitId))),
  }))
}

/** Advice to a unit with its letter; written feedback within D14. */
export const advise = async (
  tx: Tx,
  who: Who,
  input: {
    requestId: string
    petitionId: string
    kind: keyof typeof adviceKinds
    problem: string
    advice: string
    unitId: string
  },
  s: Setting,
): Promise<string> => {
  const { matter, trace } = await findMatter(tx, who, input.petitionId, { lock: true })
  if (matter.sealed) throw new Refused('检举控告由纪检机关办理，不在这里提出建议')
  const [head] = await headsOf(tx, who.townId, input.unitId, s.today)
  if (!head) throw new Refused('该单位还没有负责人，建议书无人签收，请先任命')
  const due = dueOf('D14', { from: s.today }, s.law.calendar)
  const id = uuidv7(s.now.getTime())
  const applied = await applyChange(
    tx,
    who,
    matter,
    trace,
    {
      kind: 'remind',
      says: `提出${adviceKinds[input.kind]}的建议，${due.due} 前书面反馈`,
      data: { adviceId: id },
      papers: [
        {
          kind: 'adviceLetter',
          extra: {
            adviceKind: adviceKinds[input.kind],
            problem: input.problem,
            advice: input.advice,
            feedbackBy: formal(due.due),
            unitName: await unitName(tx, who.townId, input.unitId),
          },
        },
      ],
    },
    s,
    { move: 'advise', requestId: null },
  )
  const paper = applied.matter.documents.filter((d) => d.kind === 'adviceLetter').at(-1)
  await tx
    .insertInto('advice')
    .values({
      townId: who.townId,
      id,
      petitionId: matter.id,
      number: paper?.number ?? '',
      documentId: paper?.id ?? null,
      kind: input.kind,
      problem: input.problem,
      advice: input.advice,
      unitId: input.unitId,
      staffId: head,
      sentOn: s.today,
      sentBy: who.staffId,
      sentName: who.name,
      feedbackDueOn: due.due,
    } as never)
    .execute()
  await say(tx, who, id, 'advice', `提出建议 ${paper?.number ?? ''}：${input.advice}`, input, input.requestId, s)
  await tellOf(
    tx,
    who,
    [head],
    `收到${adviceKinds[input.kind]}的建议 ${paper?.number ?? ''}，请于 ${due.due} 前书面反馈`,
    null,
    `advice/${id}`,
    s,
  )
  return id
}

export const feedback = async (
  tx: Tx,
  who: Who,
  id: string,
  input: { requestId: string; version: number; adopted: keyof typeof adoptions; feedback: string },
  s: Setting,
) => {
  const row = await tx
    .selectFrom('advice')
    .selectAll()
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row || (row.staffId !== who.staffId && !(who.headsUnit && who.unitIds.includes(row.unitId))))
    throw new NotFound()
  if (row.adopted !== null) throw new Refused('已经反馈过')
  fresh(row, input.version)
  await setRow(tx, 'advice', who.townId, id, {
    adopted: input.adopted,
    feedback: input.feedback,
    feedbackOn: s.today,
    feedbackBy: who.staffId,
    feedbackName: who.name,
    version: row.version + 1,
  })
  await say(tx, who, id, 'advice', `书面反馈：${adoptions[input.adopted]}；${input.feedback}`, {}, input.requestId, s)
  await tellOf(
    tx,
    who,
    [row.sentBy],
    `建议 ${row.number} 已反馈：${adoptions[input.adopted]}`,
    null,
    `advice/${id}/feedback`,
    s,
  )
}
