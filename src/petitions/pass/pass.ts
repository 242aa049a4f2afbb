import { addDays, type Day, daysBetween } from '../../kit/day.ts'
import { caseWorkers, type Role, type Who } from '../../people/roles.ts'
import type { Seat } from '../../people/seats.ts'
import type { Change } from '../move.ts'
import { type Level, levels, type Matter, type Pass, type State, states } from '../petition.ts'
import { principalSigns } from '../reply/move.ts'

/** Who has a matter in hand, and what was said on the way when it did not go where it should. */
export interface Bearer {
  level: Level
  staffId: string
  name: string
  post: string
  notes: string[]
  /** Somebody on leave, to whom it goes back afterwards. */
  forId?: string | undefined
}
type Placed = Pick<Matter, 'areaId' | 'villageId' | 'mainUnitId' | 'mainHandlerId' | 'barredIds'>

/** Up the ladder from each level; a unit's matter falls back to the office that sent it. */
const upward: Record<Level, readonly Level[]> = {
  village: ['village', 'area', 'town'],
  area: ['area', 'town'],
  town: ['town'],
  unit: ['unit', 'town'],
}
const working: readonly Role[] = (caseWorkers as readonly Role[]).filter((r) => r !== 'disciplineLiaison')

/** The seats that answer at a level for this matter, the first first. */
const seatsAt = (level: Level, m: Placed, seats: readonly Seat[]): Seat[] => {
  const of = (is: (s: Seat) => boolean) => seats.filter(is)
  switch (level) {
    case 'village':
      return m.villageId === null ? [] : of((s) => s.role === 'villageOfficer' && s.villageId === m.villageId)
    case 'area':
      return m.areaId === null ? [] : of((s) => s.role === 'areaSecretary' && s.areaId === m.areaId)
    case 'unit': {
      if (m.mainUnitId === null) return []
      const unit = of((s) => s.role === 'unitHandler' && s.unitId === m.mainUnitId)
      return [
        ...unit.filter((s) => s.staffId !== null && s.staffId === m.mainHandlerId),
        ...unit.filter((s) => s.staffId !== m.mainHandlerId && s.heads),
        ...unit.filter((s) => s.staffId !== m.mainHandlerId && !s.heads),
      ]
    }
    case 'town':
      return [
        ...of((s) => s.role === 'petitionHead'),
        ...of((s) => s.role === 'clerk'),
        ...of((s) => s.role === 'leadOfficial'),
        ...of((s) => s.role === 'townLeader'),
      ]
  }
}

/**
 * The one person who takes the matter at this level: whoever holds the post and is there; the deputy of someone on leave;
 * else the next post, then the next level. Everyone passed over is named in `notes`. Null only when the whole town has nobody.
 */
export const bearerAt = (level: Level, m: Placed, seats: readonly Seat[]): Bearer | null => {
  const able = (id: string) =>
    !m.barredIds.includes(id) && seats.some((s) => s.staffId === id && !s.away && working.includes(s.role))
  const notes: string[] = []
  const say = (sentence: string) => {
    if (!notes.includes(sentence)) notes.push(sentence)
  }
  for (const now of upward[level]) {
    const here = seatsAt(now, m, seats)
    if (here.length === 0) say(`${levels[now]}没有设岗`)
    for (const s of here) {
      if (s.staffId === null) say(`${s.name}空缺`)
      else if (m.barredIds.includes(s.staffId)) say(`${s.name}${s.staff}应当回避`)
      else if (!s.away) return { level: now, staffId: s.staffId, name: s.staff, post: s.name, notes }
      else if (s.deputyId && able(s.deputyId)) {
        say(`${s.name}${s.staff}请假，由代理人${s.deputy}代收`)
        const back = now === level ? s.staffId : undefined
        return { level: now, staffId: s.deputyId, name: s.deputy, post: `${s.name}代理人`, notes, forId: back }
      } else say(`${s.name}${s.staff}请假，没有能代收的人`)
    }
  }
  return null
}

/** At which level the matter stands: where it was last passed to, if it is still there; else with its unit or the office. */
export const levelOf = (m: Pick<Matter, 'passes' | 'holderId' | 'mainUnitId' | 'mainHandlerId' | 'state'>): Level => {
  const last = m.passes.at(-1)
  if (last && last.toId === m.holderId) return last.to
  return m.mainUnitId !== null && !['received', 'registered', 'objected'].includes(m.state) ? 'unit' : 'town'
}

/** Not yet passed on by anybody: a village may first ask its area, before the office takes it. */
export const fresh = (m: Pick<Matter, 'state' | 'holderId' | 'passes'>): boolean =>
  m.state === 'received' && m.holderId === null && m.passes.length === 0
/** The level from which it would be passed on: what nobody took yet stands where it was reported. */
export const standsAt = (m: Pick<Matter, 'passes' | 'holderId' | 'mainUnitId' | 'mainHandlerId' | 'state'>): Level =>
  fresh(m) ? 'village' : levelOf(m)

/** Where it may be passed up to from where it stands, the nearest first. */
export const upLevels = (m: Matter): ('area' | 'town')[] =>
  m.areaId !== null && standsAt(m) === 'village' ? ['area', 'town'] : ['town']

/** Why it can't be handed down to this level; null when it can. */
export const downRefusal = (m: Matter, to: 'area' | 'village' | 'unit'): string | null => {
  const town = standsAt(m) === 'town'
  if (to === 'area') return m.areaId === null ? '此件没有登记管区' : town ? null : '不能交给管区，请另选'
  if (to === 'village') return m.villageId === null ? '此件没有登记村' : null
  return m.mainHandlerId === null || !town ? '还没有交办到单位，请用“转送交办”或“交办到人”' : null
}
/** Where it may be handed down to, the nearest the office first. */
export const downLevels = (m: Matter) =>
  (['area', 'village', 'unit'] as const).filter((to) => downRefusal(m, to) === null)

/** The unit gave it back to the office, which has not named another handler yet. */
export const handedBack = (m: Pick<Matter, 'passes' | 'holderId'>): boolean => {
  const last = m.passes.at(-1)
  return last !== undefined && last.from === 'unit' && last.to !== 'unit' && last.toId === m.holderId
}

/** Who may have a matter in hand: whoever sits in a working post today. */
export const holding = (seats: readonly Seat[]): string[] => [
  ...new Set(seats.flatMap((s) => (s.staffId !== null && working.includes(s.role) ? [s.staffId] : []))),
]

/** Leave of no more days than this is waited out, unless something falls due before its end. */
const shortLeave = 2

/** The last step up, down or to a deputy, while the matter is still where that brought it. */
const stepNow = (m: Pick<Matter, 'passes' | 'holderId'>): Pass | undefined => {
  const last = m.passes.at(-1)
  return last && last.toId === m.holderId ? last : undefined
}

/** Whether what this person has in hand can wait until the leave is over. */
const waitedOut = (m: Pick<Matter, 'passes' | 'holderId' | 'nextDueOn'>, s: Seat): boolean =>
  s.awayFrom !== null &&
  s.awayTo !== null &&
  daysBetween(s.awayFrom, s.awayTo) < shortLeave &&
  ![m.nextDueOn, stepNow(m)?.dueOn].some((d) => d && d <= s.awayTo!)

/** The opinion lies with its signer. */
const signing = (m: Matter): boolean => m.state === 'opinionDraft' && m.opinionNow?.status === 'checked'

/** What waits for a leader's own hand: an opinion to sign, an extension or a dispute over who handles it to decide. */
export const leaderTasks = { signerId: '签发', approverId: '审批' } as const
export type LeaderTask = keyof typeof leaderTasks
const waitsFor: Record<LeaderTask, (m: Matter) => boolean> = {
  signerId: signing,
  approverId: (m) =>
    m.pending?.move === 'decideExtension' || (m.pending?.move === 'decideDispute' && m.pending.input.to === 'superior'),
}

/** Whether this person may lawfully do it: the same rules as the moves themselves. */
const mayDo = (task: LeaderTask, m: Matter, id: string, seats: readonly Seat[]): boolean => {
  const as = seats.filter((s) => s.staffId === id && !s.away).map((s) => s.role)
  const principal = task === 'signerId' ? principalSigns(m) : m.pending?.move === 'decideDispute'
  const hands = task === 'signerId' ? [m.opinionNow?.draftedBy, m.opinionNow?.checkedBy] : [m.pending?.by]
  return (
    (as.includes('townLeader') || (!principal && as.includes('leadOfficial'))) &&
    !m.barredIds.includes(id) &&
    !hands.includes(id)
  )
}

/**
 * Who takes what waits for a leader: the deputy of who is on leave, else a principal leader. Null when nothing waits, when it
 * waits for somebody who is there, or when nobody may take it.
 */
export const leaderFor = (task: LeaderTask, m: Matter, seats: readonly Seat[]): Bearer | null => {
  const id = m[task]
  if (id === null || !waitsFor[task](m)) return null
  const s = seats.find((x) => x.staffId === id)
  const barred = m.barredIds.includes(id)
  if (s && !barred && (!s.away || waitedOut(m, s))) return null
  const leave = s && !barred ? `${s.name}${s.staff}请假至 ${s.awayTo}` : ''
  if (leave && s?.deputyId && mayDo(task, m, s.deputyId, seats)) {
    const notes = [`${leave}，由代理人${s.deputy}${leaderTasks[task]}`]
    return { level: 'town', staffId: s.deputyId, name: s.deputy, post: `${s.name}代理人`, notes }
  }
  const next = seats.find((x) => x.role === 'townLeader' && x.staffId !== null && mayDo(task, m, x.staffId, seats))
  if (!next) return null
  const why = leave ? `${leave}，没有能代为${leaderTasks[task]}的代理人` : s ? '原定领导应当回避' : '原定领导已不在岗'
  return { level: 'town', staffId: next.staffId!, name: next.staff, post: next.name, notes: [why] }
}

/**
 * Who has it in hand today: its holder while in post, there and not barred; a deputy while the holder is on leave, and the
 * holder again afterwards; else whoever its level falls to.
 */
export const bearerOf = (m: Matter, seats: readonly Seat[]): Bearer | null => {
  const at = (id: string | null | undefined) => seats.find((s) => s.staffId === id && working.includes(s.role))
  const free = (id: string) => !m.barredIds.includes(id)
  const level = levelOf(m)
  const on = stepNow(m)?.forId
  const home = on && free(on) ? at(on) : undefined
  if (home && !home.away) {
    const notes = [`${home.name}${home.staff}已回岗，由代收的人交还`]
    return { level, staffId: home.staffId!, name: home.staff, post: home.name, notes }
  }
  const held = m.holderId === null ? undefined : at(m.holderId)
  if (signing(m) && m.holderId === m.signerId) {
    // Only a leader signs; `leaderFor` finds another.
    const s = seats.find((x) => x.staffId === m.signerId)
    const leave = s?.away
      ? `${s.name}${s.staff}请假至 ${s.awayTo}，${s.deputy ? `代理人${s.deputy}` : '没有代理人'}`
      : ''
    if (s) return { level: 'town', staffId: s.staffId!, name: s.staff, post: s.name, notes: leave ? [leave] : [] }
  }
  if (held && free(held.staffId!)) {
    const there = { level, staffId: held.staffId!, name: held.staff, post: held.name }
    if (!held.away) return { ...there, notes: [] }
    const leave = `${held.name}${held.staff}请假至 ${held.awayTo}`
    if (waitedOut(m, held))
      return { ...there, notes: [`${leave}，${held.deputy ? `代理人${held.deputy}` : '没有代理人'}`] }
    const deputy = held.deputyId && free(held.deputyId) ? at(held.deputyId) : undefined
    // Back to whom it was taken over from in the first place, and only while that post is still held.
    const forId = home ? on! : held.staffId!
    if (deputy && !deputy.away) {
      const notes = [`${leave}，由代理人${held.deputy}代收`]
      return { level, staffId: deputy.staffId!, name: deputy.staff, post: `${held.name}代理人`, notes, forId }
    }
    const next = bearerAt(level, m, seats)
    if (!next) return { ...there, notes: [`${leave}，全镇没有能代收的人`] }
    const notes = [
      `${leave}，没有能代收的人`,
      ...next.notes.filter((n) => !n.startsWith(`${held.name}${held.staff}请假`)),
    ]
    return { ...next, notes, forId: next.level === level ? forId : undefined }
  }
  const next = bearerAt(level, m, seats)
  const why = held ? '原经办人应当回避' : '原经办人已不在岗'
  return next && m.holderId !== null ? { ...next, notes: [why, ...next.notes] } : next
}

/** Who tells the petitioner: whoever reported it while there, else their deputy, else the village, the area, the office. */
export const tellerOf = (m: Matter, seats: readonly Seat[]): Bearer | null => {
  const s = seats.find((x) => x.staffId !== null && x.staffId === m.registeredBy)
  const free = (id: string) => !m.barredIds.includes(id)
  if (s && free(s.staffId!) && !s.away)
    return { level: 'village', staffId: s.staffId!, name: s.staff, post: s.name, notes: [] }
  const deputy = s?.deputyId && free(s.deputyId) ? seats.find((x) => x.staffId === s.deputyId && !x.away) : undefined
  if (s?.away && deputy && working.includes(deputy.role)) {
    const notes = [`${s.name}${s.staff}请假，由代理人${s.deputy}代为告知`]
    return { level: 'village', staffId: deputy.staffId!, name: deputy.staff, post: `${s.name}代理人`, notes }
  }
  const next = bearerAt('village', m, seats)
  const why = s?.away ? `${s.name}${s.staff}请假` : s ? `${s.name}${s.staff}应当回避` : '首报人已不在岗'
  return next && { ...next, notes: [...new Set([why, ...next.notes])] }
}

/** Outcomes that the petitioner is to be told of. */
const told: readonly State[] = ['served', 'concluded', 'notAccepted', 'noLongerAccepted', 'guided', 'withdrawn']
const days = 3

/** Whether this change brings the matter to an outcome that whoever reported it first should pass on. */
export const bringsOutcome = (m: Matter, change: Change): boolean => {
  const to = change.set?.state
  return to !== undefined && to !== m.state && told.includes(to) && !m.anonymous && !m.sealed && !change.set?.sealed
}

/**
 * The change with its echo: the one who first reported it is told the outcome and has three days to tell the petitioner
 * in person. `teller` is the reporter, or who stands in when the post is vacant by now.
 */
export const echoed = (m: Matter, change: Change, teller: Bearer, today: Day): Change => {
  const what = states[change.set!.state!]
  const dueOn = addDays(today, days)
  return {
    ...change,
    set: {
      ...change.set,
      echo: { ownerId: teller.staffId, ownerName: teller.name, what, dueOn, doneOn: null },
    },
    tell: [
      ...(change.tell ?? []),
      {
        staffId: teller.staffId,
        says: `您${teller.notes.length ? '代收' : '上报'}的 ${m.number} ${what}，请在 ${dueOn} 前当面告知信访人${teller.notes.length ? `（${teller.notes.join('，')}）` : ''}`,
        kind: 'pass',
      },
    ],
  }
}

/** Whose report from the ground this is: grid, village and area; the office tells the petitioner by its papers. */
export const reportsFromGround = (who: Pick<Who, 'roles'>): boolean =>
  who.roles.some((r) => ['gridWorker', 'villageOfficer', 'areaSecretary'].includes(r)) &&
  !who.roles.some((r) => ['clerk', 'petitionHead'].includes(r))

/** Up, down, or to somebody else of the same level. */
const way = (p: Pass): string =>
  p.from === p.to
    ? `由${levels[p.from]}转`
    : `由${levels[p.from]}${p.to === 'town' || (p.from === 'village' && p.to === 'area') ? '报' : '交'}${levels[p.to]}`

/** One step in words: when, by whom, from where to whom, why. */
export const passSays = (p: Pass): string =>
  `${p.on} ${p.by}${way(p)}${p.toName}：${[p.reason, p.dueOn && `${p.dueOn} 前`].filter(Boolean).join('，')}${p.stoodIn ? `（${p.stoodIn}）` : ''}`
