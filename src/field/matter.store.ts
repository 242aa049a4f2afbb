import { happened, type Tx } from '../audit/trace.ts'
import { normalise } from '../kit/chinese.ts'
import type { Day } from '../kit/day.ts'
import { Invalid } from '../kit/errors.ts'
import { sha256 } from '../kit/server/crypto.ts'
import type { RegisterInput as DisputeInput } from '../mediation/dispute/dispute.ts'
import { registerDispute } from '../mediation/dispute/store.ts'
import type { Who } from '../people/roles.ts'
import { seatsOf } from '../people/seats.store.ts'
import { act } from '../petitions/act.store.ts'
import type { CourtesyInput } from '../petitions/courtesy/courtesy.ts'
import { checkCourtesy } from '../petitions/courtesy/store.ts'
import { bearerOf } from '../petitions/pass/pass.ts'
import { type Matter, states } from '../petitions/petition.ts'
import { visibleTo } from '../petitions/policy.ts'
import { ownWord } from '../petitions/register/before.ts'
import { RegisterInput } from '../petitions/register/move.ts'
import { registerOnce } from '../petitions/register/once.store.ts'
import { findMatter, type Setting } from '../petitions/store.ts'
import type { Earlier, FieldMatter } from './routes.ts'
import { clockWords, dayHeard, jumpWords } from './when.ts'

/** A second request id that follows from the first, so that a repeat of the whole is a repeat of each part. */
const also = (requestId: string, what = 'field'): string => {
  const h = sha256(`${requestId}/${what}`)
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-5${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`
}

/** Note something on a matter: it only adds, so whatever version it has now will do. */
const note = async (tx: Tx, who: Who, id: string, body: string, requestId: string, s: Setting) => {
  const { matter } = await findMatter(tx, who, id)
  return act(tx, who, { id, move: 'note', version: matter.version, requestId, input: { body } }, s)
}

/** That it waited on the phone, and that the phone's clock is off; '' when there is nothing to say. */
export const waited = (t: { heardAt: number; sentAt: number }, s: Setting): string =>
  [
    dayHeard(t.heardAt, t.sentAt, s.now.getTime(), s.today) === s.today
      ? null
      : `${dayHeard(t.heardAt, t.sentAt, s.now.getTime(), s.today)} 在手机上记下，${s.today} 送达`,
    jumpWords(t.heardAt, t.sentAt),
    clockWords(t.sentAt, s.now.getTime()),
  ]
    .filter(Boolean)
    .join('；')

/** The matter of this number, among those this person sees; a number of nothing and one of others' are the same. */
const seenBy = async (tx: Tx, who: Who, raw: string): Promise<Matter | undefined> => {
  const number = normalise(raw).replace(/\s/g, '').toUpperCase()
  if (number === '') return
  const row = await tx
    .selectFrom('petition')
    .select('id')
    .where('number', '=', number)
    .where((eb) => visibleTo(who)(eb as never))
    .executeTakeFirst()
  return row && (await findMatter(tx, who, row.id)).matter
}

/** How an earlier matter stands, for an officer who asks with the petitioner beside him. */
export const earlierOf = async (tx: Tx, who: Who, number: string, today: Day): Promise<Earlier | null> => {
  const m = await seenBy(tx, who, number)
  if (!m) return null
  const bearer = m.state === 'closed' ? null : bearerOf(m, await seatsOf(tx, who.townId, today))
  const state = states[m.state]
  return {
    number: m.number,
    title: m.title,
    state,
    dueOn: m.nextDueOn,
    bearer: bearer ? `${bearer.post}${bearer.name}` : '',
  }
}

/** A matter from the field: registered by the ordinary move; the answer given on the spot and the phone's clock are noted, and it is passed up when asked. */
export const registerFromField = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; heardAt: number; sentAt: number; input: FieldMatter },
  s: Setting,
): Promise<{ id: string; number: string }> => {
  const { input } = given
  const before = await happened(tx, who.townId, given.requestId)
  if (!input.anonymous && input.name === '')
    throw new Invalid('请填写姓名；不愿留名的请勾选', { name: '请填写姓名；不愿留名的请勾选' })
  if (!input.readBack && input.channel !== 'screening')
    throw new Invalid('请把记下的内容念给本人核对，再勾选', { readBack: '请念给本人核对（第十九条）' })
  // Who stays unnamed is not tied to a matter that has a name.
  const told = input.before?.answer === 'again' ? await seenBy(tx, who, input.before.number) : undefined
  const earlier = told && (!input.anonymous || told.anonymous) ? told : undefined
  const made = await registerOnce(
    tx,
    who,
    RegisterInput.parse({
      channel: input.channel,
      receivedOn: dayHeard(given.heardAt, given.sentAt, s.now.getTime(), s.today),
      request: input.request,
      oral: input.channel !== 'screening',
      readBack: input.readBack,
      anonymous: input.anonymous,
      headCount: input.headCount,
      villageId: input.villageId,
      gridId: input.gridId,
      place: input.place,
      parties: input.anonymous ? [] : [{ name: input.name, phone: input.phone }],
      before: input.before && (input.anonymous && !earlier ? { ...input.before, number: '' } : input.before),
      links: earlier ? [{ toId: earlier.id, kind: 'repeat', note: ownWord }] : [],
    }),
    given.requestId,
    s,
  )
  const says = [input.answer ? `当场解答：${input.answer}` : '', waited(given, s)].filter(Boolean).join('\n')
  // All stands in one transaction: what is registered has its note, and is where it was passed to.
  if (says && !before) await note(tx, who, made.id, says, also(given.requestId), s)
  if (input.courtesy && !before) {
    const { courtesy: said } = input
    await checkCourtesy(tx, who, made.id, inField(also(given.requestId, 'courtesy'), said, given, s), s)
  }
  if (input.up && !before) {
    const { matter } = await findMatter(tx, who, made.id)
    const pass = { id: made.id, move: 'passUp', version: matter.version, requestId: also(given.requestId, 'up') }
    await act(tx, who, { ...pass, input: input.up }, s)
  }
  return { id: made.id, number: made.number }
}

/** A receptionist's check made in the field, on the day it was written down. */
const inField = (
  requestId: string,
  { items, note }: Pick<CourtesyInput, 'items' | 'note'>,
  t: { heardAt: number; sentAt: number },
  s: Setting,
) => ({
  requestId,
  input: { place: 'field' as const, items, note },
  onDay: dayHeard(t.heardAt, t.sentAt, s.now.getTime(), s.today),
})

/** 四声五心 on a matter this person sees. */
export const courtesyFromField = async (
  tx: Tx,
  who: Who,
  given: {
    requestId: string
    heardAt: number
    sentAt: number
    input: Pick<CourtesyInput, 'items' | 'note'> & { petitionId: string }
  },
  s: Setting,
): Promise<{ id: string; number: string }> => {
  const { petitionId } = given.input
  await checkCourtesy(tx, who, petitionId, inField(given.requestId, given.input, given, s), s)
  const { matter } = await findMatter(tx, who, petitionId)
  return { id: matter.id, number: matter.number }
}

/** A few words on a matter this person sees. */
export const noteFromField = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; heardAt: number; sentAt: number; input: { petitionId: string; body: string } },
  s: Setting,
): Promise<{ id: string; number: string }> => {
  const late = waited(given, s)
  const body = late ? `${given.input.body}\n（${late}）` : given.input.body
  const { matter } = await note(tx, who, given.input.petitionId, body, given.requestId, s)
  return { id: matter.id, number: matter.number }
}

/** A dispute from the field: the register of disputes, with the day it was written down where that was not today. */
export const disputeFromField = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; heardAt: number; sentAt: number; input: DisputeInput },
  s: Setting,
): Promise<{ id: string; number: string }> => {
  const { requestId, input } = given
  const id = await registerDispute(tx, who, { requestId, input, note: waited(given, s) }, s)
  const { code } = await tx
    .selectFrom('dispute')
    .select('code')
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return { id, number: code }
}
