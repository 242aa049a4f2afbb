import type { Change } from './move.ts'
import type { Clock, Petition } from './petition.ts'

/**
 * Columns whose every change stands in the trace, so that what is counted from them can be counted again from the trace alone.
 * None of them says anything about the petitioner.
 */
export const replayed = [
  'receivedOn',
  'registeredBy',
  'class',
  'route',
  'sealed',
  'repeat',
  'firstTime',
  'areaId',
  'villageId',
  'mainUnitId',
  'mainHandlerId',
  'leadOfficialId',
  'areaOwnerId',
  'villageOwnerId',
  'acceptedOn',
  'servedOn',
  'concludedOn',
  'closedOn',
  'lastContactOn',
  'followedUpOn',
  'ratingOffice',
  'ratingUnit',
] as const satisfies (keyof Petition)[]
type Replayed = Pick<Petition, (typeof replayed)[number]>

/** Rule, from, due, ended, outcome. */
export type ClockFact = [rule: string, fromOn: string, dueOn: string, endedOn: string | null, outcome: Clock['outcome']]

export interface Facts extends Replayed {
  id: string
  number: string
  clocks: ClockFact[]
  /** Claims the opinion supports. */
  supported: number
  /** How far a supported opinion had been carried out when last asked. */
  executed: string | null
  /** Matters that this one repeats. */
  repeats: string[]
}

interface Step {
  set?: Partial<Replayed>
  clocks?: [id: string, ...ClockFact][]
  supported?: number
  executed?: string
  repeats?: string
  unrepeats?: string
}

/** What one change adds to the trace beside its sentence; undefined when it changes nothing that is counted. */
export const replayStep = (
  set: Partial<Petition>,
  clocks: Clock[],
  change: Pick<Change, 'record' | 'claims' | 'link' | 'data' | 'unlink'>,
): { replay: Step } | undefined => {
  const kept = Object.fromEntries(replayed.filter((k) => k in set).map((k) => [k, set[k] ?? null])) as Partial<Replayed>
  const step: Step = {
    ...(Object.keys(kept).length ? { set: kept } : {}),
    ...(clocks.length
      ? { clocks: clocks.map((c) => [c.id, c.rule, c.fromOn, c.dueOn, c.endedOn, c.outcome] as const as never) }
      : {}),
    ...(change.claims ? { supported: change.claims.filter((c) => c.result === 'supported').length } : {}),
    ...(change.record?.kind === 'followUp' ? { executed: String(change.record.data?.executed ?? '') } : {}),
    ...(change.link?.kind === 'repeat' ? { repeats: change.link.toId } : {}),
    ...(change.unlink && change.data?.kind === 'repeat' ? { unrepeats: String(change.data.to) } : {}),
  }
  return Object.keys(step).length ? { replay: step } : undefined
}

/** The counted facts of one matter from its trace, in order. */
export const replay = (id: string, number: string, data: readonly unknown[]): Facts => {
  const facts: Facts = {
    ...(Object.fromEntries(replayed.map((k) => [k, null])) as unknown as Replayed),
    sealed: false,
    repeat: false,
    firstTime: true,
    id,
    number,
    clocks: [],
    supported: 0,
    executed: null,
    repeats: [],
  }
  const clocks = new Map<string, ClockFact>()
  for (const d of data) {
    const { replay: step, repeats } = (d ?? {}) as { replay?: Step; repeats?: string[] }
    if (repeats) facts.repeats = [...facts.repeats, ...repeats]
    if (!step) continue
    Object.assign(facts, step.set)
    for (const [clockId, ...c] of step.clocks ?? []) clocks.set(clockId, c)
    if (step.supported !== undefined) facts.supported = step.supported
    if (step.executed !== undefined) facts.executed = step.executed
    if (step.repeats) facts.repeats = [...facts.repeats, step.repeats]
    if (step.unrepeats) facts.repeats = facts.repeats.filter((r) => r !== step.unrepeats)
  }
  facts.clocks = [...clocks].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([, c]) => c)
  facts.repeats.sort()
  return facts
}
