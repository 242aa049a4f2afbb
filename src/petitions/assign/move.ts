import { z } from 'zod'
import { Invalid } from '../../kit/errors.ts'
import { leftOut, text } from '../../kit/text.ts'
import { is } from '../../people/roles.ts'
import { withLead } from '../carry/move.ts'
import { first, inState, notClosed, only } from '../guard.ts'
import { type Change, move } from '../move.ts'
import { handedBack } from '../pass/pass.ts'
import type { Matter } from '../petition.ts'

const person = (sentence: string) => z.uuid(sentence)
const maybe = z
  .uuid()
  .nullish()
  .transform((v) => v ?? null)

const owners = z.object({
  mainUnitId: person('请选择承办单位'),
  mainHandlerId: person('请选择主办人'),
  assistUnitIds: z.array(z.uuid()).max(20).default([]),
  areaOwnerId: maybe,
  villageOwnerId: maybe,
  leadOfficialId: maybe,
  note: text(500).default(''),
  /** Names for the trace, filled in by the page; the store checks the ids. */
  names: text(300).default(''),
  /** Who is told for the assisting units, filled in by the store. */
  assistStaffIds: z.array(z.string()).default([]),
})

/** Each person once, by the weightiest of what is asked of them. */
const tellNamed = (
  m: Matter,
  to: {
    mainHandlerId?: string | null
    areaOwnerId?: string | null
    villageOwnerId?: string | null
    leadOfficialId?: string | null
    assistStaffIds: string[]
  },
  main: string,
): NonNullable<Change['tell']> => {
  const told = new Map<string, string>()
  const add = (id: string | null | undefined, words: string) => {
    if (id && !told.has(id)) told.set(id, `${words}：${m.number} ${m.title}`)
  }
  add(to.mainHandlerId, main)
  add(to.leadOfficialId, '由您包案')
  add(to.areaOwnerId, '交办给您（管区责任人）')
  add(to.villageOwnerId, '交办给您（村责任人）')
  for (const id of to.assistStaffIds) add(id, '请本单位协办')
  return [...told].map(([staffId, says]) => ({ staffId, says, kind: 'assign' }))
}

const barred = (m: Matter, ids: (string | null)[]) => ids.some((i) => i !== null && m.barredIds.includes(i))

/** Every matter goes to named people: 全部落实到人头. */
const assignHandler = move({
  label: '交办到人',
  input: owners,
  primary: (m) => m.state === 'accepted',
  refusal: (m, who) =>
    first(
      inState(m, 'accepted'),
      !is(who, 'petitionHead') &&
        !(is(who, 'unitHandler') && who.headsUnit && m.mainUnitId !== null && who.unitIds.includes(m.mainUnitId)) &&
        '由信访办主任或承办单位负责人交办',
    ),
  decide: (m, input): Change => {
    if (barred(m, [input.mainHandlerId, input.areaOwnerId, input.villageOwnerId, input.leadOfficialId]))
      throw new Invalid('所选人员应当回避本事项，请另选')
    if (m.villageId && !input.villageOwnerId) throw new Invalid('请指定村责任人', { villageOwnerId: '请选择村责任人' })
    if (m.areaId && !input.areaOwnerId) throw new Invalid('请指定管区责任人', { areaOwnerId: '请选择管区责任人' })
    return {
      kind: 'assign',
      says: `交办${input.names ? `：${input.names}` : ''}${input.note ? `；${input.note}` : ''}`,
      data: { mainUnitId: input.mainUnitId, mainHandlerId: input.mainHandlerId, assistUnitIds: input.assistUnitIds },
      set: {
        state: 'handling',
        step: 'handle',
        mainUnitId: input.mainUnitId,
        mainHandlerId: input.mainHandlerId,
        holderId: input.mainHandlerId,
        assistUnitIds: input.assistUnitIds.filter((u) => u !== input.mainUnitId),
        areaOwnerId: input.areaOwnerId,
        villageOwnerId: input.villageOwnerId,
        ...(input.leadOfficialId ? withLead(m, input.leadOfficialId) : {}),
      },
      tell: tellNamed(m, input, '交办给您'),
    }
  },
})

const reassign = move({
  label: '调整责任人',
  input: leftOut(owners).extend({
    reason: z.string().trim().min(1, '请写明调整理由').max(500),
    names: text(300).default(''),
  }),
  refusal: (m, who) =>
    first(notClosed(m), m.mainHandlerId === null && '尚未交办到人', only(who, 'petitionHead', 'townLeader')),
  decide: (m, { reason, names, note: _note, assistStaffIds = [], ...input }): Change => {
    const set = Object.fromEntries(
      Object.entries(input).filter(([, v]) => v !== undefined && v !== null),
    ) as Partial<Matter>
    if (Object.keys(set).length === 0) throw new Invalid('没有改动')
    if (
      barred(
        m,
        Object.values(set).filter((v): v is string => typeof v === 'string'),
      )
    )
      throw new Invalid('所选人员应当回避本事项，请另选')
    const handed = set.mainHandlerId && set.mainHandlerId !== m.mainHandlerId
    return {
      kind: 'assign',
      says: `调整责任人${names ? `：${names}` : ''}；理由：${reason}`,
      data: { from: { mainUnitId: m.mainUnitId, mainHandlerId: m.mainHandlerId }, to: set },
      set: {
        ...set,
        ...(set.leadOfficialId ? withLead(m, set.leadOfficialId) : {}),
        ...(handed && (m.holderId === m.mainHandlerId || handedBack(m)) ? { holderId: set.mainHandlerId } : {}),
      },
      // Only who is new to it is told.
      tell: tellNamed(
        m,
        {
          ...Object.fromEntries(
            (['mainHandlerId', 'leadOfficialId', 'areaOwnerId', 'villageOwnerId'] as const)
              .filter((k) => set[k] && set[k] !== m[k])
              .map((k) => [k, set[k]]),
          ),
          assistStaffIds: (set.assistUnitIds ?? []).some((u) => !m.assistUnitIds.includes(u)) ? assistStaffIds : [],
        },
        '转交给您',
      ),
    }
  },
})

/** 领导包案：突出的事项有一名领导负责（第十八条第二款）. */
const nameLead = move({
  label: '确定包案领导',
  input: z.object({
    leadOfficialId: person('请选择包案领导'),
    names: text(100).default(''),
    note: text(300).default(''),
  }),
  refusal: (m, who) => first(notClosed(m), m.sealed && '检举控告不适用', only(who, 'petitionHead', 'townLeader')),
  decide: (m, input): Change => {
    if (barred(m, [input.leadOfficialId])) throw new Invalid('该领导应当回避本事项，请另选')
    return {
      kind: 'assign',
      says: `包案领导：${input.names || '已确定'}${input.note ? `；${input.note}` : ''}`,
      data: { from: m.leadOfficialId, to: input.leadOfficialId },
      set: withLead(m, input.leadOfficialId),
      tell: [{ staffId: input.leadOfficialId, says: `由您包案：${m.number} ${m.title}`, kind: 'assign' }],
    }
  },
})

const remind = move({
  label: '提醒',
  booksOnly: true,
  input: z.object({ says: z.string().trim().min(1, '请写明提醒内容').max(300) }),
  refusal: (m, who) =>
    first(
      notClosed(m),
      only(who, 'clerk', 'petitionHead', 'areaSecretary', 'leadOfficial', 'townLeader'),
      m.holderId === null && '还没有经办人，无人可提醒',
    ),
  decide: (m, { says }, who): Change => ({
    kind: 'remind',
    says: `提醒经办人：${says}`,
    tell: [{ staffId: m.holderId!, says: `${who.post || ''}${who.name}提醒：${m.number} ${says}`, kind: 'remind' }],
  }),
})

export const assignMoves = { assignHandler, reassign, nameLead, remind }
