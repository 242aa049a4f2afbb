import { z } from 'zod'
import { ruleSays, type StrongerRule, type toldPosts } from '../duty/stronger/stronger.ts'
import { type Day, daysBetween } from '../kit/day.ts'
import type { Held } from '../people/holdings.ts'
import { administrators, type Role, type Who } from '../people/roles.ts'
import type { Petition } from '../petitions/petition.ts'
import { type Seen, sees } from '../petitions/policy.ts'

/** What can fall due and be reminded of. */
export const sources = {
  limit: '法定期限',
  silence: '没有进展',
  revisit: '回访',
  paper: '意见书审签',
  approval: '延期审批',
  unread: '交办未读',
  commitment: '承诺',
  supervision: '督办答复',
  correction: '督办整改',
  advice: '建议反馈',
  stronger: '加强责任',
  owner: '包案未到位',
  check: '加强责任的检查',
  consult: '会诊',
  duty: '五包到期',
  reception: '领导接访',
  watch: '值班安排',
  session: '约定的调解',
  mediation: '调解期限',
  performance: '协议履行',
  visit: '调解回访',
  confirmation: '司法确认',
  echo: '把结果告知信访人',
  outing: '约定的走访',
  contact: '机关干部联系村',
  pressure: '回访有无打压',
} as const
export type Source = keyof typeof sources
/** 人民调解法第十五条: that a dispute runs late is told to its mediators and the heads of its station, and goes no rank up. */
const within: ReadonlySet<Source> = new Set(['session', 'mediation', 'performance', 'visit', 'confirmation'])

/** One step: reached when so many days are left (negative: days past), and how many ranks up it is told. */
export interface Step {
  left: number
  up: 0 | 1 | 2
}
const StepInput = z.object({
  left: z.int().min(-60, '超期提醒不晚于六十日').max(30, '提前不超过三十日'),
  up: z.union([z.literal(0), z.literal(1), z.literal(2)]),
})
const steps = (...list: [number, 0 | 1 | 2][]): Step[] => list.map(([left, up]) => ({ left, up }))
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, '时刻应写作 21:00')

/** The town's own habits, within reason; the defaults are what a town has that never looked at them. */
export const Policy = z.object({
  steps: z.record(
    z.enum(Object.keys(sources) as [Source, ...Source[]]),
    z
      .array(StepInput)
      .min(1, '每一类至少有一档提醒')
      .max(10)
      .refine((s) => s.every((x, i) => i === 0 || x.left < s[i - 1]!.left), '各档应当由早到晚'),
  ),
  /** Days without progress, days to the return visit, days a paper or an approval may wait, days an assignment may stay unread. */
  silentDays: z.int().min(3).max(60),
  revisitDays: z.int().min(3).max(60),
  paperDays: z.int().min(1).max(15),
  unreadDays: z.int().min(1).max(15),
  quiet: z.object({ from: clock, to: clock }),
  /** Superior post by post, where it is not the usual one. */
  line: z.record(z.uuid(), z.uuid()),
})
export type Policy = z.infer<typeof Policy>

export const usualPolicy: Policy = {
  steps: {
    limit: steps([7, 0], [3, 0], [1, 0], [0, 0], [-1, 1], [-7, 2]),
    silence: steps([0, 0], [-7, 1], [-21, 2]),
    revisit: steps([3, 0], [0, 0], [-3, 1]),
    paper: steps([0, 0], [-3, 1]),
    approval: steps([0, 0], [-3, 1]),
    unread: steps([0, 0], [-2, 1]),
    commitment: steps([3, 0], [1, 0], [0, 0], [-1, 1]),
    supervision: steps([3, 0], [1, 0], [0, 0], [-1, 1], [-7, 2]),
    correction: steps([3, 0], [0, 0], [-1, 1], [-7, 2]),
    advice: steps([7, 0], [3, 0], [0, 0], [-1, 1]),
    stronger: steps([0, 0]),
    owner: steps([0, 0], [-3, 1], [-7, 2]),
    check: steps([1, 0], [0, 0], [-3, 1], [-7, 2]),
    // Told the day it arises: two working days are at most ten calendar days.
    consult: steps([10, 0], [1, 0], [0, 0], [-1, 1], [-3, 2]),
    duty: steps([3, 0], [0, 0], [-3, 1]),
    reception: steps([1, 0], [0, 0], [-2, 1]),
    // By the Friday before; on Monday the deputy in charge hears of it.
    watch: steps([1, 0], [0, 0], [-3, 1]),
    session: steps([1, 0], [0, 0], [-1, 0]),
    mediation: steps([7, 0], [3, 0], [0, 0], [-1, 0]),
    performance: steps([3, 0], [0, 0], [-1, 0], [-7, 0]),
    visit: steps([3, 0], [0, 0], [-3, 0]),
    confirmation: steps([7, 0], [3, 0], [0, 0], [-1, 0]),
    echo: steps([1, 0], [0, 0], [-1, 1]),
    outing: steps([1, 0], [0, 0], [-3, 1]),
    contact: steps([3, 0], [0, 0], [-3, 1]),
    pressure: steps([0, 0], [-7, 1]),
  },
  silentDays: 7,
  revisitDays: 15,
  paperDays: 2,
  unreadDays: 2,
  quiet: { from: '21:00', to: '07:30' },
  line: {},
}

/** The tightest step reached: its index, or null when it is too early. After downtime the looser ones are passed over. */
export const stepReached = (list: readonly Step[], left: number): number | null => {
  let reached: number | null = null
  list.forEach((s, i) => {
    if (left <= s.left) reached = i
  })
  return reached
}

/** A post and who holds it today. */
export interface HeldPost extends Held {
  id: string
  staffIds: readonly string[]
}

export interface Directory {
  posts: readonly HeldPost[]
  /** Active people as the rules see them. */
  people: ReadonlyMap<string, Who>
  /** Who is away today, and for whom the deputy stands in. */
  away: ReadonlyMap<string, string | null>
}

/** The matter as far as reminding needs it. */
export type Matter = Seen & Pick<Petition, 'number' | 'title' | 'state'>

/** Something due: whose it is, or, when it is nobody's yet, whose post it waits on. */
export interface Thing {
  source: Source
  thing: string
  dueOn: Day
  /** What falls due, in words: 办理期限, 回访. */
  name: string
  owners: readonly string[]
  matter: Matter | null
  /** Who must not hear of it, where there is no matter that says so. */
  barredIds?: readonly string[]
}

export interface Told {
  staffId: string
  says: string
  /** Null where this person does not see the matter. */
  petitionId: string | null
}
export interface Reminder {
  thing: string
  step: number
  source: Source
  petitionId: string | null
  dueOn: Day
  up: number
  says: string
  told: Told[]
}

/** Posts of a role within the matter's place. */
const holdersOf = (d: Directory, role: Role, m: Matter | null, heads?: boolean): HeldPost[] =>
  d.posts.filter(
    (p) =>
      p.role === role &&
      (role !== 'unitHandler' ||
        (p.unitId !== null &&
          (p.unitId === m?.mainUnitId || (m?.mainUnitId == null && m?.assistUnitIds.includes(p.unitId))) &&
          (heads === undefined || p.heads === heads))) &&
      (role !== 'areaSecretary' || p.areaId === m?.areaId) &&
      (role !== 'villageOfficer' || p.villageId === m?.villageId) &&
      (role !== 'gridWorker' || p.gridId === m?.gridId),
  )

/** The post a matter waits on when it names nobody: the unit it was sent to, else the petition office. */
export const waitsOn = (d: Directory, m: Matter): HeldPost[] => {
  if (m.sealed) return holdersOf(d, 'disciplineLiaison', m)
  if (m.mainUnitId && ['forwarded', 'accepted', 'handling'].includes(m.state)) {
    const heads = holdersOf(d, 'unitHandler', m, true)
    return heads.length ? heads : holdersOf(d, 'unitHandler', m)
  }
  const heads = holdersOf(d, 'petitionHead', m)
  return m.state === 'received' || m.state === 'registered' ? [...heads, ...holdersOf(d, 'clerk', m)] : heads
}

/** Who holds the posts that a rule of stronger duty tells, for this matter; a check without an owner is the office's. */
export const toldByRule = (d: Directory, posts: readonly (keyof typeof toldPosts)[], m: Matter | null): string[] =>
  unique(posts.flatMap((p) => (p === 'deputy' ? deputies(d) : holdersOf(d, p, m))).flatMap((p) => p.staffIds))

/** The thing with its owners, where they follow from a rule of stronger duty and not from the matter. */
export const withOwners = (t: Thing, d: Directory, rules: readonly StrongerRule[]): Thing => {
  const rule = t.source === 'stronger' ? rules.find((r) => r.code === t.name) : undefined
  if (rule) return { ...t, name: ruleSays(rule), owners: toldByRule(d, rule.tell, t.matter) }
  // Whether there is pressure is asked by the office, never by who handles the matter.
  return t.source === 'owner' ||
    t.source === 'pressure' ||
    t.source === 'watch' ||
    ((t.source === 'check' || t.source === 'consult') && t.owners.length === 0)
    ? { ...t, owners: toldByRule(d, ['petitionHead'], t.matter) }
    : t
}

const deputies = (d: Directory): HeldPost[] => {
  const leads = d.posts.filter((p) => p.role === 'leadOfficial' && p.staffIds.length)
  const top = Math.min(...leads.map((p) => p.rank))
  return leads.filter((p) => p.rank === top)
}

/**
 * One rank up from a post: the line of the office, unless the town has drawn its own.
 * A handler answers to the unit's head, a village to its area, an area and a unit to the leader who owns the matter
 * or else to the petition office, the office to the deputy in charge, a leader to the principal leaders.
 */
export const superiorsOf = (
  d: Directory,
  policy: Pick<Policy, 'line'>,
  post: HeldPost,
  m: Matter | null,
): HeldPost[] => {
  const drawn = policy.line[post.id]
  if (drawn) return d.posts.filter((p) => p.id === drawn)
  const place = { ...m, mainUnitId: post.unitId ?? m?.mainUnitId ?? null } as Matter
  const lead = m?.leadOfficialId
    ? d.posts.filter(
        (p) => (p.role === 'leadOfficial' || p.role === 'townLeader') && p.staffIds.includes(m.leadOfficialId!),
      )
    : []
  switch (post.role) {
    case 'gridWorker':
      return d.posts.filter((p) => p.role === 'villageOfficer' && p.villageId === (post.villageId ?? m?.villageId))
    case 'villageOfficer':
      return d.posts.filter((p) => p.role === 'areaSecretary' && p.areaId === (post.areaId ?? m?.areaId))
    case 'unitHandler': {
      const heads = post.heads ? [] : holdersOf(d, 'unitHandler', place, true)
      return heads.length ? heads : lead.length ? lead : holdersOf(d, 'petitionHead', m)
    }
    case 'areaSecretary':
      return lead.length ? lead : holdersOf(d, 'petitionHead', m)
    case 'clerk':
    case 'mediator':
      return holdersOf(d, 'petitionHead', m)
    case 'petitionHead':
      return lead.length ? lead : deputies(d)
    case 'leadOfficial':
      return holdersOf(d, 'townLeader', m)
    default:
      return []
  }
}

type Barring = Pick<Thing, 'matter' | 'barredIds'>
const able = (d: Directory, t: Barring, id: string) =>
  d.people.has(id) && !(t.matter?.barredIds ?? t.barredIds ?? []).includes(id)

/** The person, or who stands in while they are away; chains of deputies are followed, circles end. Null: nobody. */
const standIn = (d: Directory, t: Barring, id: string): string | null => {
  const seen = new Set<string>()
  let now: string | null = id
  while (now !== null && d.away.has(now)) {
    if (seen.has(now)) return null
    seen.add(now)
    now = d.away.get(now) ?? null
  }
  return now !== null && able(d, t, now) ? now : null
}

const postsOf = (d: Directory, staffId: string, m: Matter | null): HeldPost[] => {
  const held = d.posts.filter(
    (p) => p.staffIds.includes(staffId) && !(administrators as readonly Role[]).includes(p.role),
  )
  // Someone with two posts acts on this matter in the one it concerns.
  const fitting = held.filter((p) => p.role === 'unitHandler' && p.unitId === m?.mainUnitId)
  return fitting.length ? fitting : held.sort((a, b) => a.rank - b.rank).slice(0, 1)
}

const unique = <T>(list: readonly T[]) => [...new Set(list)]

/**
 * Who is told: the owners (or who stands in for them), or else the post it waits on, and `up` ranks above.
 * Where a rank is empty, away or barred the next one is told instead, so that nothing waits on nobody.
 */
export const recipients = (d: Directory, policy: Pick<Policy, 'line'>, t: Thing, up: number): string[] => {
  const m = t.matter
  const reach = (ids: readonly string[]) =>
    unique(ids.map((id) => standIn(d, t, id)).filter((id): id is string => id !== null)).filter(
      // 第三十条：检举控告只告知纪检联络员
      (id) => !m?.sealed || d.people.get(id)!.roles.includes('disciplineLiaison'),
    )
  let rank = unique(t.owners.flatMap((id) => postsOf(d, id, m)))
  let told = reach(t.owners)
  if (t.owners.length === 0 && m) {
    rank = waitsOn(d, m)
    told = reach(rank.flatMap((p) => p.staffIds))
  }
  if (rank.length === 0 && m && told.length === 0) rank = waitsOn(d, m)
  if (m?.sealed) return told.length ? told : reach(holdersOf(d, 'disciplineLiaison', m).flatMap((p) => p.staffIds))
  const all = [...told]
  const passed = new Set(rank.map((p) => p.id))
  for (let n = 0, climbed = 0; (climbed < up || all.length === 0) && n < 8; n += 1) {
    rank = unique(rank.flatMap((p) => superiorsOf(d, policy, p, m))).filter((p) => !passed.has(p.id))
    if (rank.length === 0) break
    for (const p of rank) passed.add(p.id)
    const above = reach(rank.flatMap((p) => p.staffIds))
    // An empty rank is passed over; the one above it is told in its place.
    if (above.length) climbed += 1
    all.push(...above)
  }
  if (all.length === 0)
    for (const role of ['petitionHead', 'leadOfficial', 'townLeader'] as const) {
      all.push(...reach(holdersOf(d, role, m).flatMap((p) => p.staffIds)))
      if (all.length) break
    }
  return unique(all)
}

export const leftWords = (left: number): string =>
  left < 0 ? `已超期 ${-left} 天` : left === 0 ? '今天到期' : `还有 ${left} 天到期`

const words = (t: Thing, policy: Policy, today: Day): string => {
  const left = daysBetween(today, t.dueOn)
  const waited = (days: number) => days - left
  switch (t.source) {
    case 'silence':
      return `已 ${waited(policy.silentDays)} 天没有进展`
    case 'paper':
      return `${t.name}，已等 ${waited(policy.paperDays)} 天`
    case 'approval':
      return `${t.name === '延期审批' ? '延期待审批' : t.name}，已等 ${waited(policy.paperDays)} 天`
    case 'reception':
      return left < 0 ? `${t.dueOn} 的领导接访还没有记录` : `${t.name}：${left === 0 ? '今天' : t.dueOn}`
    case 'watch':
      return left < 0 ? `${t.name}还有没人的日子` : `${t.name}还没有排满，请在 ${left === 0 ? '今天' : t.dueOn} 排好`
    case 'contact':
    case 'consult':
      return left < 0 ? `${t.name}已过 ${-left} 天` : `${t.name}：${left === 0 ? '今天' : `${t.dueOn} `}到期`
    case 'stronger':
      return `加强责任：${t.name}`
    case 'session':
      return left < 0
        ? `${t.name}：约定 ${t.dueOn} 的调解还没有记录`
        : `${t.name}：${left === 0 ? '今天' : t.dueOn} 约定的调解`
    case 'unread':
      return `交办 ${waited(policy.unreadDays)} 天仍未阅`
    default:
      return `${t.name}${leftWords(left)}`
  }
}

/**
 * What is to be said of one thing today, or null when no step is reached. Pure: the same facts give the same reminder,
 * and (thing, step) is its key, so that it goes out once.
 */
export const plan = (t: Thing, policy: Policy, d: Directory, today: Day): Reminder | null => {
  const left = daysBetween(today, t.dueOn)
  const list = policy.steps[t.source] ?? usualPolicy.steps[t.source]!
  const step = stepReached(list, left)
  if (step === null) return null
  const m = t.matter
  const up = within.has(t.source) ? 0 : list[step]!.up
  const said = words(t, policy, today)
  const owners = new Set(t.owners)
  const told = recipients(d, policy, t, up).map((staffId): Told => {
    const who = d.people.get(staffId)!
    const mine = m !== null && !m.sealed && sees(who, m)
    const standing = !owners.has(staffId) && [...owners].some((o) => d.away.has(o) && standIn(d, t, o) === staffId)
    const head = m === null ? '' : m.sealed ? '一件密封事项' : `${m.number} `
    return {
      staffId,
      petitionId: mine || (m?.sealed && who.roles.includes('disciplineLiaison')) ? m.id : null,
      says: `${standing ? '（代理）' : ''}${head}${said}${mine ? `：${m.title}` : ''}`,
    }
  })
  return {
    thing: t.thing,
    step,
    source: t.source,
    petitionId: m?.id ?? null,
    dueOn: t.dueOn,
    up,
    says: m?.sealed ? `一件密封事项${said}` : `${m ? `${m.number} ` : ''}${said}`,
    told,
  }
}

const minutes = (text: string) => +text.slice(0, 2) * 60 + +text.slice(3)

/** The moment a message may leave: now, or the end of the quiet hours (China Standard Time, may span midnight). */
export const sendAfter = (now: Date, quiet: Policy['quiet']): Date => {
  const local = new Date(now.getTime() + 8 * 3_600_000)
  const at = local.getUTCHours() * 60 + local.getUTCMinutes()
  const from = minutes(quiet.from)
  const to = minutes(quiet.to)
  if (from === to) return now
  const inside = from < to ? at >= from && at < to : at >= from || at < to
  if (!inside) return now
  const wait = (to - at + 1440) % 1440
  return new Date(Math.floor(now.getTime() / 60_000) * 60_000 + wait * 60_000)
}

/** The message that leaves the house: how many of what kind, and nothing of any matter or person. */
export const digestOf = (list: readonly { source: Source; dueOn: Day }[], today: Day): string => {
  const late = list.filter((r) => r.dueOn < today).length
  const kinds = (Object.keys(sources) as Source[])
    .map((s) => [sources[s], list.filter((r) => r.source === s).length] as const)
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${name} ${n} 件`)
  return `【回声】您有 ${list.length} 件事项需要办理（${kinds.join('，')}）${late ? `，其中 ${late} 件已经超期` : ''}。请登录系统查看。`
}

/** The same for a work group: by post, not by name. */
export const groupDigestOf = (
  list: readonly { post: string; n: number; late: number }[],
  total: { n: number; late: number },
): string =>
  [
    `【回声】今日提醒 ${total.n} 件${total.late ? `，其中超期 ${total.late} 件` : ''}：`,
    ...list.slice(0, 20).map((p) => `${p.post}：${p.n} 件${p.late ? `（超期 ${p.late} 件）` : ''}`),
    ...(list.length > 20 ? [`其余 ${list.length - 20} 个岗位从略`] : []),
    '请登录系统办理。',
  ].join('\n')

/** The page a reminder speaks of, where it is no petition matter: the dispute whose id stands in its name. */
export const pageOf = (r: Pick<Reminder, 'source' | 'thing'>): string | null =>
  r.source === 'session' || r.source === 'mediation' || r.source === 'visit'
    ? `/mediation/disputes/${r.thing.split('/')[1]}`
    : (pages[r.source] ?? null)

/** Where a thing is dealt with that is no matter's, or whose matter the reader may not open. */
const pages: Partial<Record<Source, string>> = {
  reception: '/receptions',
  watch: '/watch',
  outing: '/visits',
  contact: '/visits',
  commitment: '/promises',
  supervision: '/supervision',
  correction: '/supervision',
  advice: '/supervision?tab=advices',
}
