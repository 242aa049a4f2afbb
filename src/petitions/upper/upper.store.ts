import { sql } from 'kysely'
import type { z } from 'zod'
import { type Tx, writeTrace } from '../../audit/trace.ts'
import { catalogue, isDocumentKind, type PaperData } from '../../documents/catalogue.ts'
import type { Day } from '../../kit/day.ts'
import { NotFound, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import { setRow } from '../../kit/server/row.ts'
import { outsider, type Who } from '../../people/roles.ts'
import { act } from '../act.store.ts'
import { keepAttachment } from '../attach.store.ts'
import { dueOf } from '../clocks.ts'
import { organOf } from '../paper/compose.ts'
import { fileOf } from '../paper/files.store.ts'
import { issueAlone } from '../paper/issue.store.ts'
import { type Matter, petitionersOf, type Review, reviewLevels, reviewOutcomes } from '../petition.ts'
import { askersOf, isLive } from '../review/ladder.ts'
import { findMatter, type Setting } from '../store.ts'
import { settingOf, townFacts, type World } from '../world.store.ts'
import {
  type AnswerInput,
  answerRefusal,
  checkAnswer,
  checkDecision,
  type DecisionInput,
  decideRefusal,
  type SentFacts,
  UpperReview,
} from './upper.ts'

/** The organ above, acting below: its answer and its decision are recorded by the same moves as when they are keyed in. */
const above = (townId: string, organ: string): Who =>
  outsider(townId, { name: organ, post: '上级机关', roles: ['clerk'] })

const papersOf = async (tx: Tx, m: Matter): Promise<SentFacts['papers']> => {
  const rows = await tx
    .selectFrom('document')
    .select(['id', 'kind', 'title', 'number', 'issuedOn', 'data'])
    .where('townId', '=', m.townId)
    .where('petitionId', '=', m.id)
    .where('kind', 'in', ['handlingOpinion', 'hearingConclusion', 'reviewRequest', 'recheckRequest', 'serviceReceipt'])
    .orderBy('at')
    .execute()
  return rows
    .filter((d) => !m.documents.some((x) => x.replacesId === d.id))
    .map((d) => {
      const { values } = d.data as unknown as PaperData
      const tags = isDocumentKind(d.kind) ? catalogue[d.kind].tags : []
      return {
        title: d.title,
        number: d.number,
        issuedOn: d.issuedOn as unknown as Day,
        parts: tags.filter((t) => values[t.name]).map((t) => ({ name: t.name, text: values[t.name]! })),
      }
    })
}

const facts = async (tx: Tx, m: Matter, r: Review): Promise<SentFacts> => ({
  request: m.request,
  reasons: r.reasons,
  lateCause: r.lateCause,
  challenged: r.challenged,
  challengedOpinion: r.challengedOpinion,
  papers: await papersOf(tx, m),
})

/** What of this town's requests for review concerns an organ in the system: sent up once, a withdrawal after it. Safe to repeat. */
export const sendUp = async (world: World, townId: string): Promise<number> => {
  const waiting = await inTown(
    world.db,
    townId,
    async (tx) => {
      const rows = await tx
        .selectFrom('petitionReview')
        .select(['id', 'petitionId', 'upperTownId', 'status'])
        .where('townId', '=', townId)
        .where('upperTownId', 'is not', null)
        .where('status', 'in', ['asked', 'admitted', 'withdrawn', 'moot'])
        .execute()
      const s = await settingOf(tx, world, townId)
      const out: { upper: string; withdrawn: boolean; row: Record<string, unknown>; id: string; number: string }[] = []
      for (const row of rows) {
        const { matter: m } = await findMatter(tx, above(townId, s.town.name), row.petitionId)
        const r = m.reviews.find((x) => x.id === row.id)
        if (!r) continue
        const askers = askersOf(m, r)
        const names = petitionersOf(m)
          .filter((p) => askers.includes(null) || askers.includes(p.id))
          .map((p) => p.name)
        out.push({
          upper: row.upperTownId!,
          withdrawn: !isLive(r),
          id: row.id,
          number: m.number,
          row: {
            townId: row.upperTownId,
            id: row.id,
            fromTownId: townId,
            fromOrgan: organOf(s.town),
            fromPetitionId: m.id,
            fromNumber: m.number,
            level: r.level,
            petitioner: names.join('、') || '信访人',
            title: m.title,
            askedOn: r.askedOn,
            receivedOn: r.receivedOn,
            admitBy: dueOrNull('D11', r.receivedOn, s),
            dueOn: dueOf(r.level === 'review' ? 'D08' : 'D10', { from: r.receivedOn }, s.law.calendar).due,
            facts: JSON.stringify(await facts(tx, m, r)),
            answerRequestId: uuidv7(),
            decisionRequestId: uuidv7(),
            at: s.now.toISOString(),
          },
        })
      }
      return out
    },
    { readOnly: true },
  )
  let sent = 0
  for (const w of waiting)
    await inTown(world.db, w.upper, async (tx) => {
      const s = await settingOf(tx, world, w.upper)
      const say = (says: string) =>
        writeTrace(
          tx,
          { townId: w.upper, staffId: null, name: String(w.row.fromOrgan), post: '下级机关' },
          { subjectId: w.id, subjectKind: 'upperReview', kind: 'review', says },
          s.now,
        )
      if (w.withdrawn) {
        const done = await tx
          .updateTable('upperReview')
          .set((eb) => ({ state: 'withdrawn', version: eb('version', '+', 1) }) as never)
          .where('townId', '=', w.upper)
          .where('id', '=', w.id)
          .where('state', 'in', ['asked', 'admitted'])
          .executeTakeFirst()
        if (done.numUpdatedRows > 0n) await say(`信访人撤回请求：${w.number}`)
        return
      }
      const made = await tx
        .insertInto('upperReview')
        .values(w.row as never)
        .onConflict((oc) => oc.columns(['townId', 'id']).doNothing())
        .returning('id')
        .executeTakeFirst()
      if (!made) {
        // Another petitioner of the same matter may have joined the request since.
        const joined = await tx
          .updateTable('upperReview')
          .set((eb) => ({ petitioner: w.row.petitioner, facts: w.row.facts, version: eb('version', '+', 1) }) as never)
          .where('townId', '=', w.upper)
          .where('id', '=', w.id)
          .where('state', 'in', ['asked', 'admitted'])
          .where('petitioner', '<>', w.row.petitioner as string)
          .executeTakeFirst()
        if (joined.numUpdatedRows > 0n) await say(`共同信访人并入请求：${w.number}`)
        return
      }
      sent += 1
      await say(`报来${reviewLevels[w.row.level as Review['level']]}请求：${w.number} ${w.row.title}`)
    })
  return sent
}

/** A window of working days in a year without a table stays open, as it does below. */
const dueOrNull = (rule: 'D11', from: Day, s: Setting): Day | null => {
  try {
    return dueOf(rule, { from }, s.law.calendar).due
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

/** The decided paper as this organ issued it, kept below as material of the matter; the paper's own id makes it come down once. */
const bringPaper = async (
  world: World,
  townId: string,
  r: { documentId: string; fromPetitionId: string; level: Review['level'] },
  who: Who,
) => {
  const { title, file } = await inTown(world.db, townId, async (tx) => {
    const d = await tx
      .selectFrom('document')
      .select(['id', 'kind', 'title', 'number', 'data', 'templateId'])
      .where('townId', '=', townId)
      .where('id', '=', r.documentId)
      .executeTakeFirstOrThrow()
    return { title: `${d.title} ${d.number ?? ''}`.trim(), file: await fileOf(tx, townId, d) }
  })
  await keepAttachment(
    world,
    who,
    r.fromPetitionId,
    {
      name: `${title}.docx`,
      kept: {
        name: `${title}.docx`,
        data: file.docx,
        mime: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        size: file.docx.length,
        sha256: file.sha256,
        kindName: 'Word 文档',
      },
      kind: `${reviewLevels[r.level]}意见书`,
      note: `${who.name}出具，随决定自动转回`,
    },
    r.documentId,
  )
}

/** Bring what this organ answered and decided back to the organs below, through their own moves. Safe to repeat. */
export const bringBack = async (world: World, townId: string): Promise<number> => {
  const rows = await inTown(
    world.db,
    townId,
    (tx) =>
      tx
        .selectFrom('upperReview')
        .selectAll()
        .where('townId', '=', townId)
        .where('fault', '=', '')
        .where((eb) =>
          eb.or([
            eb.and([eb('state', 'in', ['admitted', 'refused', 'decided']), eb('told', '=', '')]),
            eb.and([eb('state', '=', 'decided'), eb('told', '=', 'answered')]),
          ]),
        )
        .execute(),
    { readOnly: true },
  )
  let back = 0
  for (const r of rows) {
    const { name } = await townFacts(world.db, townId)
    const who = above(r.fromTownId, organOf({ name }))
    const below = (move: string, requestId: string, input: unknown) =>
      inTown(world.db, r.fromTownId, async (tx) => {
        const s = await settingOf(tx, world, r.fromTownId)
        const { matter } = await findMatter(tx, who, r.fromPetitionId)
        await act(tx, who, { id: r.fromPetitionId, move, version: matter.version, requestId, input }, s)
      })
    const told = (what: 'answered' | 'decided' | null, fault = '') =>
      inTown(world.db, townId, (tx) =>
        setRow(tx, 'upperReview', townId, r.id, { ...(what ? { told: what } : {}), fault }),
      )
    try {
      if (r.told === '') {
        await below('answerReview', r.answerRequestId, {
          reviewId: r.id,
          admitted: r.state !== 'refused',
          onDay: r.answeredOn,
          note: r.answerNote,
        })
        await told('answered')
      }
      if (r.state === 'decided') {
        await below('decideReview', r.decisionRequestId, {
          reviewId: r.id,
          outcome: r.outcome,
          decidedOn: r.decidedOn,
          number: r.number,
          decision: r.decision,
          faults: r.faults,
        })
        if (r.documentId)
          await bringPaper(world, townId, r as Parameters<typeof bringPaper>[2], who).catch((error) => {
            // Closed meanwhile: the decision itself has come down, its text with it.
            if (!(error instanceof Refused)) throw error
          })
        await told('decided')
      }
      back += 1
    } catch (error) {
      // The organ below has moved on (a withdrawal crossing the decision): told in words, for people to settle.
      if (!(error instanceof Refused)) throw error
      await told(null, error.message)
    }
  }
  return back
}

/** Both ways for every town. */
export const passReviews = async (world: World): Promise<number> => {
  const towns = await world.db.selectFrom('town').select('id').execute()
  if (towns.length < 2) return 0
  let n = 0
  for (const { id } of towns) n += await sendUp(world, id)
  for (const { id } of towns) n += await bringBack(world, id)
  return n
}

export const listUpper = async (tx: Tx, townId: string) =>
  (
    await tx
      .selectFrom('upperReview')
      .selectAll()
      .where('townId', '=', townId)
      .orderBy(sql`state in ('asked', 'admitted') desc`)
      .orderBy('dueOn')
      .limit(500)
      .execute()
  ).map((r) => UpperReview.parse(r))

const find = async (tx: Tx, townId: string, id: string, lock = false) => {
  const q = tx.selectFrom('upperReview').selectAll().where('townId', '=', townId).where('id', '=', id)
  const row = await (lock ? q.forUpdate() : q).executeTakeFirst()
  if (!row) throw new NotFound('没有这一件')
  return UpperReview.parse(row)
}

/** One of them with its papers; the reading leaves a trace, since it carries names. */
export const readUpper = async (tx: Tx, who: Who, id: string, s: Setting): Promise<UpperReview> => {
  const r = await find(tx, who.townId, id)
  await say(tx, who, r, 'read', `查看${reviewLevels[r.level]}材料：${r.fromNumber}`, null, s)
  return r
}

const say = (tx: Tx, who: Who, r: UpperReview, kind: string, says: string, requestId: string | null, s: Setting) =>
  writeTrace(
    tx,
    { townId: who.townId, staffId: who.staffId, name: who.name, post: who.post },
    { subjectId: r.id, subjectKind: 'upperReview', kind, says, requestId },
    s.now,
  )

type Given<I> = { id: string; requestId: string; version: number; input: I }
/** The row to change, once; null when this same request was done before. Throws Refused when the page is stale. */
const toChange = async (tx: Tx, who: Who, given: Given<unknown>): Promise<{ r: UpperReview; done: boolean }> => {
  const r = await find(tx, who.townId, given.id, true)
  const done = await tx
    .selectFrom('trace')
    .select('id')
    .where('townId', '=', who.townId)
    .where('requestId', '=', given.requestId)
    .executeTakeFirst()
  if (!done && r.version !== given.version) throw new Refused('他人刚处理过此件，请看过最新的内容再办')
  return { r, done: done !== undefined }
}
const change = async (tx: Tx, who: Who, r: UpperReview, set: Partial<UpperReview>) => {
  await setRow(tx, 'upperReview', who.townId, r.id, { ...set, version: r.version + 1 })
  return { ...r, ...set, version: r.version + 1 }
}

export const answerUpper = async (tx: Tx, who: Who, given: Given<z.infer<typeof AnswerInput>>, s: Setting) => {
  const { r, done } = await toChange(tx, who, given)
  if (done) return r
  const no = answerRefusal(r, who)
  if (no) throw new Refused(no)
  checkAnswer(r, given.input)
  const { admitted, note } = given.input
  const name = reviewLevels[r.level]
  await say(
    tx,
    who,
    r,
    'review',
    admitted ? `受理${name}：${r.fromNumber}` : `不予受理${name}：${r.fromNumber}，${note}`,
    given.requestId,
    s,
  )
  return change(tx, who, r, { state: admitted ? 'admitted' : 'refused', answeredOn: s.today, answerNote: note })
}

/** The matter as far as the paper of the organ above needs it: what was sent up, and no more. */
const asMatter = (who: Who, r: UpperReview): Matter =>
  ({
    townId: who.townId,
    id: '',
    number: r.fromNumber,
    title: r.title,
    queryCode: '',
    request: r.facts.request,
    receivedOn: r.receivedOn,
    anonymous: false,
    headCount: 1,
    channel: 'other',
    round: 1,
    parties: [{ role: 'petitioner', name: r.petitioner }],
    clocks: [],
    documents: [],
    records: [],
    claims: [],
    attachments: [],
    services: [],
    tests: [],
    opinionNow: null,
  }) as unknown as Matter

/** The decision, as a numbered paper of this organ (第三十五条、第三十六条；省条例第四十五条). */
export const decideUpper = async (tx: Tx, who: Who, given: Given<z.infer<typeof DecisionInput>>, s: Setting) => {
  const { r, done } = await toChange(tx, who, given)
  if (done) return r
  const no = decideRefusal(r, who)
  if (no) throw new Refused(no)
  checkDecision(r, given.input, s.today)
  const { outcome, faults, facts, opinion, legalBasis, hearing } = given.input
  const paper = await issueAlone(
    tx,
    who,
    asMatter(who, r),
    {
      kind: r.level === 'review' ? 'reviewOpinion' : 'recheckOpinion',
      extra: {
        outcome,
        opinionNumber: r.facts.challenged || r.fromNumber,
        receivedOn: r.receivedOn,
        reasons: r.facts.reasons,
        facts,
        opinion,
        legalBasis,
        hearing,
        remedy: `对本意见不服的，可以自收到之日起三十日内向${s.town.superior}请求复核。`,
        copyTo: r.fromOrgan,
      },
    },
    s,
  )
  await say(
    tx,
    who,
    r,
    'review',
    `${reviewLevels[r.level]}决定（${paper.number}）：${reviewOutcomes[outcome]}——${opinion}`,
    given.requestId,
    s,
  )
  const decided = await change(tx, who, r, {
    state: 'decided',
    outcome,
    decidedOn: s.today,
    decidedBy: `${who.post}${who.name}`,
    faults,
    decision: `${opinion}\n查明的事实：${facts}\n依据：${legalBasis}`,
    number: paper.number ?? '',
  })
  await setRow(tx, 'upperReview', who.townId, r.id, { documentId: paper.id })
  return decided
}
