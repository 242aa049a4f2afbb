import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { Invalid } from '../../kit/errors.ts'
import { text } from '../../kit/text.ts'
import { is, type Who } from '../../people/roles.ts'
import { groupRules } from '../clocks.ts'
import { first, inState, notClosed, only } from '../guard.ts'
import { type Change, move, type PartyChange } from '../move.ts'
import { classes, type Matter, type Party, petitionersOf, routes } from '../petition.ts'
import { PartyInput, RegisterInput } from '../register/move.ts'

/** The parties of a matter as a change gives them: ratings stay with the rows. */
const given = (parties: Party[]): PartyChange[] =>
  parties.map(({ ratingOffice: _o, ratingUnit: _u, ratedOn: _r, ...p }) => p)

/**
 * 一件来信来访反映几件事的，分成几个事项，各自分类、各自期限、各自答复；收到日期不变。
 * What is left stays here; each part is registered anew with the same people and linked.
 */
const split = move({
  label: '拆分事项',
  input: z.object({
    parts: z
      .array(
        z.object({
          title: text(120).default(''),
          request: z.string().trim().min(1, '请写明这一件的诉求').max(20_000),
          class: codes(classes).nullish(),
          route: codes(routes).nullish(),
        }),
      )
      .min(1, '至少拆出一件')
      .max(10, '一次最多拆出 10 件'),
    reason: z.string().trim().min(1, '请写明为什么应当拆分').max(300),
  }),
  refusal: (m, who) =>
    first(inState(m, 'registered'), m.sealed && '检举控告不适用', only(who, 'clerk', 'petitionHead')),
  decide: (m, input): Change => {
    const open = input.parts.filter((p) => p.class !== 'accusation').length
    return {
      kind: 'register',
      says: `拆分事项${open ? `：分出 ${open} 件` : ''}；${input.reason}`,
      split: input.parts.map((p) => {
        if (p.class === 'claim' && !p.route)
          throw new Invalid('申诉求决须选择第三十一条的一种办理路径', { parts: '请选择办理路径' })
        return RegisterInput.parse({
          channel: m.channel,
          receivedOn: m.receivedOn,
          title: p.title,
          request: p.request,
          facts: m.facts,
          oral: m.oral,
          readBack: m.readBack,
          anonymous: m.anonymous,
          confidential: m.confidential,
          headCount: m.headCount,
          areaId: m.areaId,
          villageId: m.villageId,
          gridId: m.gridId,
          place: m.place,
          class: p.class ?? null,
          route: p.class === 'claim' ? p.route : null,
          parties: m.parties.map((x) => ({ ...x, idType: x.idType as never })),
          links:
            p.class === 'accusation' ? [] : [{ toId: m.id, kind: 'related' as const, note: `由 ${m.number} 拆分` }],
        })
      }),
    }
  },
})

const registrar = (who: Who) => (is(who, 'areaSecretary', 'villageOfficer') ? null : only(who, 'clerk', 'petitionHead'))

/** 几个人反映同一件事，合为一件：增加共同信访人，各有告知、送达和评价；同一人不重复计数. */
const joinPetitioners = move({
  label: '增加共同信访人',
  input: z.object({
    people: z
      .array(PartyInput.pick({ name: true, phone: true, address: true, idType: true, idLast4: true, eService: true }))
      .min(1, '请填写姓名')
      .max(100),
    note: text(300).default(''),
  }),
  refusal: (m, who) => first(notClosed(m), m.sealed && '检举控告不适用', registrar(who)),
  decide: (m, input): Change => {
    if (input.people.some((p) => p.name === '')) throw new Invalid('请填写姓名', { people: '请填写姓名' })
    const known = petitionersOf(m)
    const same = (p: (typeof input.people)[number]) =>
      known.some(
        (k) =>
          k.name === p.name &&
          (p.idLast4 === '' || k.idLast4 === '' || k.idLast4 === p.idLast4) &&
          (p.phone === '' || k.phone === '' || k.phone === p.phone),
      )
    const fresh = input.people.filter((p, i) => !same(p) && input.people.findIndex((q) => q.name === p.name) === i)
    if (fresh.length === 0) throw new Invalid('这些人已经是本事项的信访人', { people: '没有新的信访人' })
    // Unnamed members of the group were counted when it came; a name now given is one of them.
    const unnamed = Math.max(0, m.headCount - known.length)
    return {
      kind: 'register',
      says: `增加共同信访人 ${fresh.length} 人${input.note ? `：${input.note}` : ''}`,
      set: { headCount: m.headCount + Math.max(0, fresh.length - unnamed) },
      parties: [
        ...given(m.parties),
        ...fresh.map((p, i) => ({
          ...PartyInput.parse(p),
          sort: m.parties.length + i,
        })),
      ],
    }
  },
})

/** 第二十条：多人走访的推选不超过五名代表，代表应当如实向其他人转达. */
const chooseRepresentatives = move({
  label: '推选代表',
  input: z.object({
    partyIds: z.array(z.uuid()).min(1, '请选择代表'),
    told: z.literal(true, { error: '请告知代表：应当把受理和答复情况如实转达其他信访人' }),
  }),
  refusal: (m, who) =>
    first(
      notClosed(m),
      m.sealed && '检举控告不适用',
      registrar(who),
      m.headCount < 2 && '只有一名信访人，无须推选代表',
    ),
  decide: (m, input): Change => {
    const ids = [...new Set(input.partyIds)]
    if (ids.length > groupRules.mostRepresentatives)
      throw new Invalid(`推选代表不超过 ${groupRules.mostRepresentatives} 人（第二十条）`, { partyIds: '人数过多' })
    if (ids.some((i) => !petitionersOf(m).some((p) => p.id === i)))
      throw new Invalid('代表只能从本事项的信访人中推选', { partyIds: '请重新选择' })
    return {
      kind: 'register',
      says: `推选代表 ${ids.length} 人，已告知其如实转达`,
      parties: given(m.parties).map((p) => ({ ...p, isRepresentative: ids.includes(p.id!) })),
    }
  },
})

/** 省条例第二十八条：代理人一至二人，书面委托；无民事行为能力、限制民事行为能力人由监护人代为提出. */
export const agentKinds = {
  relative: '近亲属或工作人员',
  recommended: '村（社区）、单位或有关社会团体推荐的人',
  lawyer: '律师、基层法律服务工作者',
} as const

const addAgent = move({
  label: '登记代理人或监护人',
  input: z.object({
    role: z.enum(['agent', 'guardian'], { error: '请选择代理人或监护人' }),
    name: z.string().trim().min(1, '请填写姓名').max(60),
    phone: text(40).default(''),
    forId: z.uuid('请选择代谁'),
    agentKind: codes(agentKinds).nullish(),
    written: z.boolean().default(false),
    scope: text(200).default(''),
  }),
  refusal: (m, who) => first(notClosed(m), m.sealed && '检举控告不适用', registrar(who)),
  decide: (m, input): Change => {
    const agent = input.role === 'agent'
    const principal = petitionersOf(m).find((p) => p.id === input.forId)
    if (!principal) throw new Invalid('被代理人不是本事项的信访人', { forId: '请重新选择' })
    const many = m.parties.filter((p) => p.role === 'agent' && p.actsFor === principal.name).length
    if (agent && many >= groupRules.mostAgents)
      throw new Invalid(`代理人为一至二人，已经登记 ${many} 人（省条例第二十八条）`, { name: '人数已满' })
    if (agent && !input.agentKind) throw new Invalid('请选择代理人的身份', { agentKind: '请选择' })
    if (agent && !input.written)
      throw new Invalid('委托代理应当提交书面委托（省条例第二十八条）', { written: '须有书面委托' })
    return {
      kind: 'register',
      says: `${agent ? `登记代理人（${agentKinds[input.agentKind!]}，书面委托）` : '登记监护人'}`,
      parties: [
        ...given(m.parties),
        {
          ...PartyInput.parse({ role: input.role, name: input.name, phone: input.phone, actsFor: principal.name }),
          note: [agent ? agentKinds[input.agentKind!] : '监护人', input.scope].filter(Boolean).join('；'),
          sort: m.parties.length,
        },
      ],
    }
  },
})

/** People of several matters counted once each: by name and what is known of the identity; unnamed heads are added (第二十条). */
export const headsOf = (matters: Pick<Matter, 'parties' | 'headCount'>[]): number => {
  const seen = new Set<string>()
  let unnamed = 0
  for (const m of matters) {
    const named = m.parties.filter((p) => p.role === 'petitioner' && p.name !== '')
    for (const p of named) seen.add(`${p.name}/${p.idLast4 || p.phone}`)
    unnamed = Math.max(unnamed, m.headCount - named.length)
  }
  return seen.size + Math.max(0, unnamed)
}

export const splitMoves = { split, joinPetitioners, chooseRepresentatives, addAgent }
