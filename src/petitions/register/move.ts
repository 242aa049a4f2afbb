import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { addDays, type Day, daysBetween } from '../../kit/day.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { maskText } from '../../kit/mask.ts'
import { cut, leftOut, text } from '../../kit/text.ts'
import { is, type Who } from '../../people/roles.ts'
import { first, inState, noneWaiting, notClosed, only } from '../guard.ts'
import { type Change, type Law, type Move, move, type PartyChange, proposal } from '../move.ts'
import {
  channels,
  classes,
  DayText,
  type Grade,
  grades,
  idTypes,
  linkKinds,
  type Matter,
  type Petition,
  partyKinds,
  partyRoles,
  representativesOf,
  routes,
  stepOf,
} from '../petition.ts'
import { beforeFaults, befores, beforeWords, elsewheres, mostChars } from './before.ts'
import { confirmGrade, gradeMove } from './grade.ts'
import { reviewDays, suggestGrade } from './grading.ts'
import { link, unlink } from './link.ts'

const uuidOrNull = z
  .uuid()
  .nullish()
  .transform((v) => v ?? null)

export const PartyInput = z.object({
  role: codes(partyRoles).default('petitioner'),
  kind: codes(partyKinds).default('person'),
  name: text(60).default(''),
  phone: text(40).default(''),
  address: text(200).default(''),
  idType: z.enum(Object.keys(idTypes) as [keyof typeof idTypes]).default(''),
  /** Only the last four are kept (个人信息保护法第六条). */
  idLast4: z
    .string()
    .trim()
    .regex(/^[0-9Xx]{0,4}$/, '只填证件号后四位')
    .default(''),
  idChecked: z.boolean().default(false),
  isRepresentative: z.boolean().default(false),
  eService: z.boolean().default(false),
  actsFor: text(100).default(''),
  note: text(200).default(''),
})
export type PartyInput = z.infer<typeof PartyInput>

/** Whether the matter was brought before, as the petitioner answered. */
export const BeforeInput = z.object({
  answer: codes(befores),
  at: codes(elsewheres, '请选择在哪里反映过')
    .nullish()
    .transform((v) => v ?? null),
  number: text(mostChars.number).default(''),
  whom: text(mostChars.whom).default(''),
  when: text(mostChars.when).default(''),
})

/** What registration asks for. Mandatory: channel, date received, what is asked (第十九条), and who, unless anonymous. */
export const RegisterInput = z.object({
  channel: codes(channels),
  receivedOn: DayText,
  title: text(120).default(''),
  request: z.string().trim().min(1, '请填写诉求（要求解决什么）').max(20_000, '诉求不能超过 20000 字'),
  facts: text(50_000).default(''),
  oral: z.boolean().default(false),
  readBack: z.boolean().default(false),
  anonymous: z.boolean().default(false),
  confidential: z.boolean().default(false),
  headCount: z.int().min(1, '人数至少为 1').max(100_000).default(1),
  affectedCount: z
    .int()
    .min(0)
    .max(10_000_000)
    .nullish()
    .transform((v) => v ?? null),
  areaId: uuidOrNull,
  villageId: uuidOrNull,
  gridId: uuidOrNull,
  place: text(200).default(''),
  parties: z.array(PartyInput).max(200).default([]),
  class: codes(classes)
    .nullish()
    .transform((v) => v ?? null),
  route: codes(routes)
    .nullish()
    .transform((v) => v ?? null),
  category: z
    .string()
    .max(20)
    .nullish()
    .transform((v) => v ?? null),
  categoryText: text(60).default(''),
  grade: codes(grades)
    .nullish()
    .transform((v) => v ?? null),
  gradeReason: text(300).default(''),
  gradeAttributes: z.array(z.string().max(40)).max(30).default([]),
  isKey: z.boolean().default(false),
  claims: z.array(text(2_000)).max(30).default([]),
  links: z
    .array(z.object({ toId: z.uuid(), kind: codes(linkKinds), note: text(200).default('') }))
    .max(20)
    .default([]),
  before: BeforeInput.nullish().transform((v) => v ?? null),
})
export type RegisterInput = z.infer<typeof RegisterInput>

/** What an office's old ledger or another system says of the past; only imports carry it. */
export interface Prior {
  resolved: boolean
  on: Day | null
  text: string
}

export const registrars = [
  'clerk',
  'petitionHead',
  'areaSecretary',
  'villageOfficer',
  'gridWorker',
  'leadOfficial',
  'disciplineLiaison',
] as const

/** Why this person can't register at all. Everybody who works with people can: 每件都要登记（第二十二条）. */
export const registerRefusal = (who: Who): string | null => only(who, ...registrars)

/** The first sentence of what is asked, without the mark of a list before it; numbers of people covered, for a title is read by all. */
export const titleOf = (request: string) => {
  const [first = '', ...rest] = request
    .split('\n')
    .map((l) => l.replace(/\s+/g, ' ').trim())
    .filter((l) => l !== '')
  const bare = first.replace(
    /^(?:\d+[.、)）．](?!\d)|[①-⑳]|[（(][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十]+、)\s*/,
    '',
  )
  const line = cut(bare, 3) === bare && rest.length ? [bare, ...rest].join(' ') : bare
  const sentence = /^(.{4,40}?)[。；！？;]/u.exec(line)?.[1] ?? line
  const open = maskText(sentence)
  return cut(open, 40) === open ? open : `${cut(open, 39)}…`
}

/** What is wrong with a registration beyond its single fields, a sentence each. */
export const registerFaults = (
  input: Pick<RegisterInput, 'anonymous' | 'headCount' | 'oral' | 'readBack'> & {
    receivedOn: string
    parties: Pick<PartyInput, 'name' | 'role' | 'isRepresentative'>[]
  },
  today: Day,
): Record<string, string> => {
  const wrong: Record<string, string> = {}
  const people = input.parties.filter((p) => p.name !== '')
  const petitioners = people.filter((p) => p.role === 'petitioner')
  if (input.receivedOn > today) wrong.receivedOn = '收到日期不能晚于今天'
  if (!input.anonymous && petitioners.length === 0) wrong.parties = '请填写信访人姓名；不愿留名的请勾选“匿名”'
  if (input.headCount < petitioners.length) wrong.headCount = `人数不能少于已填写的信访人（${petitioners.length} 人）`
  const representatives = representativesOf(people)
  if (representatives > 5) wrong.parties = '多人走访推选代表不超过 5 人（第二十条）；其余人员填为信访人即可'
  const agents = people.filter((p) => p.role === 'agent').length
  if (agents > 2) wrong.parties = '代理人为一至二人'
  if (input.oral && !input.readBack) wrong.readBack = '口头提出的应当记录并向信访人宣读核对（第十九条）'
  return wrong
}

/**
 * A new matter from what was said at the counter (T1, T2). The store gives id, number and query code.
 * Throws Invalid with a sentence per field.
 */
export const decideRegister = (
  input: RegisterInput,
  who: Who,
  today: Day,
  prior?: Prior,
): { set: Partial<Petition>; change: Change; claims: string[] } => {
  const people = input.parties.filter((p) => p.name !== '')
  const petitioners = people.filter((p) => p.role === 'petitioner')
  const wrong = registerFaults(prior ? { ...input, oral: false } : input, today)
  if (input.before)
    for (const [k, sentence] of Object.entries(beforeFaults(input.before, today))) wrong[`before.${k}`] = sentence
  if (Object.keys(wrong).length) throw new Invalid(Object.values(wrong)[0]!, wrong)

  const sealed = input.class === 'accusation'
  const office = is(who, 'clerk', 'petitionHead', 'disciplineLiaison')
  const state = prior?.resolved ? 'concluded' : office ? 'registered' : 'received'
  const gradeNow = gradeSet(input, who, today, prior !== undefined)
  const ended = prior?.resolved ? (prior.on ?? null) : null
  return {
    set: {
      channel: input.channel,
      receivedOn: input.receivedOn,
      registeredOn: today,
      registeredBy: who.staffId,
      title: input.title || titleOf(input.request),
      request: input.request,
      facts: input.facts,
      oral: input.oral,
      readBack: input.readBack,
      petitionerName: petitioners[0]?.name ?? '',
      headCount: Math.max(input.headCount, petitioners.length, 1),
      affectedCount: input.affectedCount,
      anonymous: input.anonymous,
      confidential: input.confidential,
      sealed,
      areaId: input.areaId,
      villageId: input.villageId,
      gridId: input.gridId,
      place: input.place,
      class: input.class,
      route: input.route,
      category: input.category,
      categoryText: input.categoryText,
      ...gradeNow,
      isKey: input.isKey,
      repeat: input.links.some((l) => l.kind === 'repeat'),
      firstTime: !input.links.some((l) => l.kind === 'repeat'),
      state,
      step: stepOf(state),
      holderId: sealed || !office ? null : who.staffId,
      passes: [],
      echo: null,
      uncounted: [],
      lastProgressOn: prior?.on ?? (prior ? input.receivedOn : today),
      concludedOn: prior?.resolved ? (ended ?? today) : null,
      conclusion: prior?.resolved ? 'prior' : null,
      outcomeText: prior?.text ?? '',
    },
    change: {
      kind: 'register',
      says: `登记：${channels[input.channel]}，${formalDate(input.receivedOn)}收到${state === 'received' ? '，待信访办确认' : ''}${prior ? '（由台账导入）' : ''}`,
      start: [
        { rule: 'D01', from: input.receivedOn },
        { rule: 'D02', from: input.receivedOn },
      ],
      end: prior?.resolved
        ? [
            { rule: 'D01', on: ended ?? undefined, cancelled: ended === null },
            { rule: 'D02', on: ended ?? undefined, cancelled: ended === null },
          ]
        : [],
      ...(prior?.text
        ? { record: { kind: 'note' as const, onDay: ended ?? today, body: prior.text, data: { prior: true } } }
        : input.before
          ? {
              record: {
                kind: 'before' as const,
                onDay: today,
                body: `信访人说：${beforeWords(input.before)}`,
                data: { ...input.before },
              },
            }
          : {}),
      papers: prior ? [] : [{ kind: 'registrationReceipt', extra: {} }],
    },
    claims: input.claims.filter((c) => c !== '').length ? input.claims.filter((c) => c !== '') : [input.request],
  }
}

const formalDate = (d: Day) => `${+d.slice(0, 4)}年${+d.slice(5, 7)}月${+d.slice(8)}日`

/** The columns of a grade; red waits for a second person unless it comes from a ledger already in force. */
const gradeSet = (
  input: { grade: Grade | null; gradeReason: string; gradeAttributes: string[]; affectedCount: number | null },
  who: Who,
  today: Day,
  confirmed: boolean,
): Partial<Petition> => {
  if (!input.grade) return { grade: null, gradeReason: '', gradeAttributes: input.gradeAttributes }
  const reason =
    input.gradeReason ||
    suggestGrade({ attributes: input.gradeAttributes, affectedCount: input.affectedCount ?? undefined }).because.join(
      '；',
    ) ||
    '按事项属性定级'
  if (input.grade === 'red' && !confirmed)
    return {
      grade: null,
      gradeReason: '',
      gradeProposed: 'red',
      gradeProposedBy: who.staffId,
      gradeAttributes: input.gradeAttributes,
      pending: proposal('confirmGrade', `定为红色：${reason}`, { grade: 'red', gradeReason: reason }, who, today),
    }
  return {
    grade: input.grade,
    gradeReason: reason,
    gradeAttributes: input.gradeAttributes,
    gradeProposed: null,
    gradeProposedBy: null,
    reviewOn: addDays(today, reviewDays[input.grade]),
  }
}

const confirmRegister = move({
  label: '确认登记',
  input: z.object({ note: text(300).default('') }),
  primary: (m) => m.state === 'received',
  refusal: (m, who) => first(only(who, 'clerk', 'petitionHead'), inState(m, 'received')),
  decide: (m, { note }, who): Change => ({
    kind: 'register',
    says: `信访办确认登记${note ? `：${note}` : ''}`,
    // What an area or a village is settling stays there; the office only confirms that it is in the ledger.
    set: { state: 'registered', step: 'register', holderId: m.holderId ?? who.staffId },
    tell: m.registeredBy
      ? [{ staffId: m.registeredBy, says: `您上报的“${m.title}”已由信访办登记，编号 ${m.number}` }]
      : [],
  }),
})

const classify = move({
  label: '分类',
  input: z.object({
    class: codes(classes),
    route: codes(routes)
      .nullish()
      .transform((v) => v ?? null),
    category: z
      .string()
      .max(20)
      .nullish()
      .transform((v) => v ?? null),
    categoryText: text(60).optional(),
    reason: text(300).default(''),
  }),
  primary: (m) => m.state === 'registered' && m.class === null,
  refusal: (m, who) => first(notClosed(m), only(who, 'clerk', 'petitionHead', 'disciplineLiaison')),
  decide: (m, input): Change => {
    if (input.class === 'claim' && !input.route)
      throw new Invalid('申诉求决须选择第三十一条的一种办理路径', { route: '请选择办理路径' })
    const accepted = m.acceptedOn !== null
    if (accepted && (input.class !== m.class || input.route !== m.route) && !input.reason)
      throw new Invalid('受理后改变类别或路径须写明理由', { reason: '请写明理由' })
    const sealing = input.class === 'accusation' && !m.sealed
    return {
      kind: 'classify',
      says: `分类：${classes[input.class]}${input.class === 'claim' && input.route ? `，${routes[input.route]}` : ''}${input.reason ? `；理由：${input.reason}` : ''}${sealing ? '；即时密封，只由纪检联络员办理' : ''}`,
      data: {
        from: { class: m.class, route: m.route, category: m.category },
        to: { class: input.class, route: input.route, category: input.category },
      },
      set: {
        class: input.class,
        route: input.class === 'claim' ? input.route : null,
        category: input.category,
        ...(input.categoryText === undefined ? {} : { categoryText: input.categoryText }),
        ...(sealing ? { sealed: true, holderId: null } : {}),
      },
    }
  },
})

const ofPerson: Record<string, string> = { name: '姓名', phone: '电话', address: '住址' }
const correct = move({
  label: '更正登记',
  input: leftOut(
    RegisterInput.pick({
      channel: true,
      receivedOn: true,
      request: true,
      facts: true,
      headCount: true,
      affectedCount: true,
      areaId: true,
      villageId: true,
      gridId: true,
      place: true,
      confidential: true,
      isKey: true,
    }),
  ).extend({
    title: text(120).min(1, '请填写标题').optional(),
    parties: z.array(PartyInput).max(200).optional(),
    /** Whose name, telephone or address is written wrong; what is left out stays. */
    personId: z.uuid('请选择更正谁').nullish(),
    personName: text(60).optional(),
    personPhone: text(40).optional(),
    personAddress: text(200).optional(),
    reason: z.string().trim().min(1, '请写明更正理由').max(300),
  }),
  refusal: (m, who) =>
    first(
      notClosed(m),
      m.registeredBy === who.staffId && m.state === 'received'
        ? null
        : only(who, 'clerk', 'petitionHead', 'disciplineLiaison'),
    ),
  decide: (m, { reason, parties, personId, personName, personPhone, personAddress, ...set }, _who, today): Change => {
    if (set.receivedOn && set.receivedOn > today)
      throw new Invalid('收到日期不能晚于今天', { receivedOn: '不能晚于今天' })
    if (set.receivedOn && set.receivedOn !== m.receivedOn && m.state !== 'received' && m.state !== 'registered')
      throw new Refused('受理之后不能再改收到日期：期限已经据此起算')
    if (parties && representativesOf(parties) > 5)
      throw new Invalid('推选代表不超过 5 人（第二十条）', { parties: '不超过 5 人' })
    const changed = Object.fromEntries(
      Object.entries(set).filter(
        ([k, v]) =>
          v !== undefined &&
          JSON.stringify(v) !== JSON.stringify(m[k as keyof Petition]) &&
          // What the page shows of protected words is no correction of them.
          !((k === 'title' || k === 'request' || k === 'facts') && v === maskText(m[k])),
      ),
    ) as Partial<Petition>
    const person = m.parties.find((p) => p.id === personId)
    const right = Object.fromEntries(
      Object.entries({ name: personName, phone: personPhone, address: personAddress }).filter(
        ([k, v]) => v && v !== person?.[k as 'name'],
      ),
    )
    if (Object.keys(right).length && !person) throw new Invalid('请选择更正谁', { personId: '请选择更正谁' })
    if (personId && Object.keys(right).length === 0)
      throw new Invalid('请填写正确的姓名、电话或住址', { personName: '请填写正确的姓名、电话或住址' })
    const named: PartyChange[] | undefined =
      parties?.filter((p) => p.name !== '').map((p, sort) => ({ ...p, sort })) ??
      (person &&
        m.parties.map(({ ratingOffice: _o, ratingUnit: _u, ratedOn: _r, ...p }) =>
          p.id === personId ? { ...p, ...right } : p,
        ))
    if (Object.keys(changed).length === 0 && !named) throw new Refused('没有改动')
    // The one claim that is the request itself goes with it, as long as nobody has answered it.
    const whole =
      changed.request !== undefined &&
      m.claims.length === 1 &&
      m.claims[0]!.body === m.request &&
      m.claims[0]!.result === null
    const moved = changed.receivedOn !== undefined
    const names = {
      channel: '信访形式',
      receivedOn: '收到日期',
      title: '标题',
      request: '诉求',
      facts: '事实和理由',
      headCount: '人数',
      affectedCount: '涉及人数',
      villageId: '村',
      gridId: '网格',
      areaId: '管区',
      place: '地点',
      confidential: '保密',
      isKey: '重点',
    } as Record<string, string>
    return {
      kind: 'correct',
      says: `更正${[...Object.keys(changed).map((k) => names[k] ?? k), ...(parties ? ['信访人'] : Object.keys(right).map((k) => `${partyRoles[person!.role]}${ofPerson[k]}`))].join('、')}；理由：${reason}`,
      data: { from: Object.fromEntries(Object.keys(changed).map((k) => [k, m[k as keyof Petition]])), to: changed },
      set: {
        ...changed,
        ...(named
          ? {
              petitionerName: named.find((p) => p.role === 'petitioner')?.name ?? '',
              headCount: Math.max(
                changed.headCount ?? m.headCount,
                named.filter((p) => p.role === 'petitioner').length,
                1,
              ),
            }
          : {}),
      },
      parties: named,
      ...(whole ? { claims: m.claims.map(({ id: _id, ...c }) => ({ ...c, body: changed.request! })) } : {}),
      ...(moved
        ? {
            end: [
              { rule: 'D01', cancelled: true },
              { rule: 'D02', cancelled: true },
            ],
            start: [
              { rule: 'D01', from: changed.receivedOn! },
              { rule: 'D02', from: changed.receivedOn! },
            ],
          }
        : {}),
    }
  },
})

/**
 * A change that would take a matter out of a rate, or give its limit more days, is only proposed: another person confirms it,
 * and both stand in the trace (统计口径的更改须有理由、另一人、留痕). What the law asks at once, sealing, is never held up.
 */
const flattering: Record<string, { move: Move<any>; when: (m: Matter, input: any) => boolean }> = {
  classify: {
    move: classify,
    when: (m, i) =>
      m.acceptedOn !== null &&
      m.class === 'claim' &&
      m.route === 'petitionProcedure' &&
      i.class !== 'accusation' &&
      !(i.class === 'claim' && i.route === 'petitionProcedure'),
  },
  correct: { move: correct, when: (m, i) => i.receivedOn !== undefined && i.receivedOn > m.receivedOn },
  unlink: {
    move: unlink,
    when: (m, i) =>
      m.links.some((l) => l.id === i.linkId && l.kind === 'repeat') &&
      !m.links.some((l) => l.id !== i.linkId && l.kind === 'repeat'),
  },
}
const twoPersons = <I>(name: keyof typeof flattering, it: Move<I>): Move<I> => ({
  ...it,
  decide: (m, input, who, today, law) => {
    const change = it.decide(m, input, who, today, law)
    if (!flattering[name]!.when(m, input)) return change
    const waiting = noneWaiting(m)
    if (waiting) throw new Refused(waiting)
    const others = Object.entries(input as object).filter(
      ([k, v]) =>
        !['receivedOn', 'reason'].includes(k) &&
        v !== undefined &&
        JSON.stringify(v) !== JSON.stringify(m[k as keyof Petition]),
    )
    if (name === 'correct' && others.length) throw new Refused('收到日期改晚须由另一人确认，请单独更正这一项')
    return {
      kind: change.kind,
      says: `提出更改，待另一人确认：${change.says}`,
      data: { proposed: true },
      set: {
        pending: proposal('confirmReclass', change.says, { move: name, input }, who, today),
      },
    }
  },
})

const confirmReclass = move({
  label: '确认更改',
  input: z.object({ agree: z.boolean(), note: text(300).default('') }),
  refusal: (m, who) =>
    first(
      notClosed(m),
      m.pending?.move !== 'confirmReclass' && '没有待确认的更改',
      only(who, 'clerk', 'petitionHead', 'leadOfficial', 'townLeader'),
      m.pending?.by === who.staffId && '须由另一人确认，不能确认自己提出的更改',
    ),
  decide: (m, { agree, note }, who, today, law): Change => {
    const asked = m.pending!.input as { move: string; input: unknown }
    if (!agree) {
      if (!note) throw new Invalid('不同意时请写明理由', { note: '请写明理由' })
      return { kind: 'classify', says: `不同意${m.pending!.byName}提出的更改：${note}`, set: { pending: null } }
    }
    const change = flattering[asked.move]!.move.decide({ ...m, pending: null }, asked.input, who, today, law)
    return {
      ...change,
      says: `${who.name}确认${m.pending!.byName}提出的更改：${change.says}`,
      set: { ...change.set, pending: null },
    }
  },
})

/** Days between receipt and today, for the counter's own check. */
export const ageOf = (m: Pick<Matter, 'receivedOn'>, today: Day): number => daysBetween(m.receivedOn, today)

export const registerMoves = {
  confirmRegister,
  grade: gradeMove,
  confirmGrade,
  classify: twoPersons('classify', classify),
  correct: twoPersons('correct', correct),
  link,
  unlink: twoPersons('unlink', unlink),
  confirmReclass,
} satisfies Record<string, Move<never> | Move<any>>
export type { Law }
