import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import { Refused } from '../kit/errors.ts'
import { invalidOf } from '../kit/server/http.ts'
import type { Who } from '../people/roles.ts'
import { moveOf } from './flow.ts'
import type { Move } from './move.ts'
import type { Matter } from './petition.ts'
import { sealAway } from './protect/sealed.store.ts'
import { mustSeal } from './protect/sealed.ts'
import { applyChange, findMatter, type Setting } from './store.ts'

/** Facts that only the database knows are put into the input here, so that the rules stay pure. */
const complete = async (tx: Tx, who: Who, name: string, raw: unknown, s: Setting): Promise<unknown> => {
  if (typeof raw !== 'object' || raw === null) return raw
  const input = raw as Record<string, unknown>
  const staffName = async (id: unknown) => {
    if (typeof id !== 'string') return ''
    const r = await sql<{
      name: string
      active: boolean
    }>`select name, active from staff where town_id = ${who.townId}::uuid and id::text = ${id}`.execute(tx)
    const row = r.rows[0]
    if (!row) throw new Refused('所选人员不在本镇')
    if (!row.active) throw new Refused(`${row.name}已离任，请另选`)
    return row.name
  }
  const unitName = async (id: unknown) => {
    if (typeof id !== 'string') return ''
    const r = await sql<{
      name: string
    }>`select name from unit where town_id = ${who.townId}::uuid and id::text = ${id}`.execute(tx)
    if (!r.rows[0]) throw new Refused('所选单位不在本镇')
    return r.rows[0].name
  }
  /** Roles by the posts held today. */
  const rolesOf = async (id: unknown) =>
    (
      await sql<{
        role: string
        unitId: string | null
      }>`select p.role, p.unit_id from holding h join post p on p.town_id = h.town_id and p.id = h.post_id
        where h.town_id = ${who.townId}::uuid and h.staff_id::text = ${String(id)} and h.since <= ${s.today}::date and (h.until is null or h.until > ${s.today}::date)`.execute(
        tx,
      )
    ).rows
  switch (name) {
    case 'forward':
      return { ...input, unitName: await unitName(input.unitId) }
    case 'assignHandler':
    case 'reassign': {
      const parts = [
        await unitName(input.mainUnitId),
        input.mainHandlerId ? `主办${await staffName(input.mainHandlerId)}` : '',
        input.areaOwnerId ? `管区${await staffName(input.areaOwnerId)}` : '',
        input.villageOwnerId ? `村${await staffName(input.villageOwnerId)}` : '',
        input.leadOfficialId ? `包案${await staffName(input.leadOfficialId)}` : '',
      ].filter(Boolean)
      for (const u of Array.isArray(input.assistUnitIds) ? input.assistUnitIds : [])
        parts.push(`协办${await unitName(u)}`)
      if (
        input.leadOfficialId &&
        !(await rolesOf(input.leadOfficialId)).some((r) => ['leadOfficial', 'townLeader'].includes(r.role))
      )
        throw new Refused('包案领导须是班子成员')
      return { ...input, names: parts.join('，') }
    }
    case 'nameLead':
      if (!(await rolesOf(input.leadOfficialId)).some((r) => ['leadOfficial', 'townLeader'].includes(r.role)))
        throw new Refused('包案领导须是班子成员')
      return { ...input, names: await staffName(input.leadOfficialId) }
    case 'requestExtension':
      if (!(await rolesOf(input.approverId)).some((r) => ['leadOfficial', 'townLeader'].includes(r.role)))
        throw new Refused('延期由办理机关负责人批准，请选择镇领导')
      return { ...input, approverName: await staffName(input.approverId) }
    case 'checkOpinion': {
      if (!input.signerId) return { ...input, signerIsPrincipal: false }
      const held = await rolesOf(input.signerId)
      if (!held.some((r) => ['leadOfficial', 'townLeader'].includes(r.role)))
        throw new Refused('意见书由班子成员或党政主要领导签发')
      return {
        ...input,
        signerName: await staffName(input.signerId),
        signerIsPrincipal: held.some((r) => r.role === 'townLeader'),
      }
    }
    default:
      return raw
  }
}

/** Links must point at matters this person may see, of the same town. */
const checkLink = async (tx: Tx, who: Who, change: { link?: { toId: string } }) => {
  if (change.link) await findMatter(tx, who, change.link.toId)
}

/**
 * One move, once: find (unseen is not found), has it been done, is the page stale, is it lawful, decide, write.
 * A repeat of the same request meets its own success.
 */
export const act = async (
  tx: Tx,
  who: Who,
  given: { id: string; move: string; version: number; requestId: string; input: unknown },
  s: Setting,
): Promise<{ matter: Matter; traceCount: number; sealed?: boolean }> => {
  const m = moveOf(given.move) as Move | undefined
  if (!m) throw new Refused('没有这一步')
  const { matter, trace, done } = await findMatter(tx, who, given.id, { lock: true, requestId: given.requestId })
  if (done) return { matter, traceCount: trace.seq }
  if (matter.version !== given.version) throw new Refused('他人刚处理过此事项，请刷新后再办；您填写的内容没有丢失')
  const no = m.refusal(matter, who, s.today)
  if (no) throw new Refused(no)
  const parsed = m.input.safeParse(await complete(tx, who, given.move, given.input ?? {}, s))
  if (!parsed.success) throw invalidOf(parsed.error.issues)
  const change = m.decide(matter, parsed.data, who, s.today, s.law)
  await checkLink(tx, who, change)
  const applied = await applyChange(tx, who, matter, trace, change, s, { move: given.move, requestId: given.requestId })
  // 第三十条：即时密封，同一事务内移出公共台账
  const sealed = mustSeal(applied.matter)
  if (sealed) await sealAway(tx, who, applied.matter, s)
  return { matter: applied.matter, traceCount: trace.seq + 1, sealed }
}
