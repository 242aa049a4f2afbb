import type { Day } from '../kit/day.ts'
import { daysBetween } from '../kit/day.ts'
import { maskAddress, maskName, maskPhone, maskText, maskWithin } from '../kit/mask.ts'
import type { Who } from '../people/roles.ts'
import { clockWords, legalLimits, type RuleId } from './clocks.ts'
import { missingFor, offers } from './flow.ts'
import type { Matter, Party, Step } from './petition.ts'
import { mayOpen, mayReveal } from './policy.ts'
import type { MatterView } from './routes.ts'

export const maskParty = (p: Party): Party => ({
  ...p,
  name: maskName(p.name),
  phone: maskPhone(p.phone),
  address: maskAddress(p.address),
  idLast4: p.idLast4 === '' ? '' : '****',
})

/** Ids of people, units and places that occur in a matter, to be given names. */
export const idsIn = (m: Matter): string[] => [
  ...new Set(
    [
      m.registeredBy,
      m.gradeProposedBy,
      m.holderId,
      m.leadOfficialId,
      m.mainUnitId,
      m.mainHandlerId,
      m.areaOwnerId,
      m.villageOwnerId,
      m.signerId,
      m.approverId,
      m.areaId,
      m.villageId,
      m.gridId,
      ...m.assistUnitIds,
      m.opinionNow?.draftedBy,
      m.opinionNow?.checkedBy,
      m.opinionNow?.signedBy,
      ...(m.duties ?? []).map((l) => l.ownerId),
      ...m.tests.flatMap((t) => [t.answeredBy, t.confirmedBy]),
      ...m.records.map((r) => r.staffId),
    ].filter((i): i is string => typeof i === 'string'),
  ),
]

const order: Step[] = ['register', 'accept', 'handle', 'reply', 'revisit', 'signoff']

/** The steps across the top: who did it and when, from the matter itself. */
const progressOf = (m: Matter, names: Record<string, string>, today: Day): MatterView['progress'] => {
  const n = (id: string | null | undefined) => (id ? (names[id] ?? '') : '')
  const at = order.indexOf(m.step)
  const row = (step: Step, label: string, on: Day | null, by: string) => {
    const i = order.indexOf(step)
    return {
      label,
      status: m.state === 'closed' || i < at ? ('done' as const) : i === at ? ('now' as const) : ('later' as const),
      on,
      by,
    }
  }
  const days = m.acceptedOn ? daysBetween(m.acceptedOn, today) : null
  const handling = days === null ? '' : days > 0 ? `第 ${days} 天` : '今天受理'
  return [
    row('register', '登记', m.registeredOn, n(m.registeredBy)),
    { ...row('accept', '受理', m.acceptedOn, ''), ...(m.acceptedOn ? { status: 'done' as const } : {}) },
    {
      label: '交办',
      status: m.mainHandlerId
        ? ('done' as const)
        : m.step === 'accept' && m.acceptedOn
          ? ('now' as const)
          : ('later' as const),
      on: null,
      by: [n(m.mainUnitId), n(m.mainHandlerId)].filter(Boolean).join(' · ') || (m.acceptedOn ? '待交办' : ''),
    },
    row('handle', '办理', null, m.step === 'handle' ? handling : ''),
    row(
      'reply',
      '答复',
      m.opinionNow?.signedOn ?? m.servedOn,
      n(m.opinionNow?.signedBy) ||
        (m.opinionNow?.status === 'submitted' ? '待审核' : m.opinionNow?.status === 'checked' ? '待签发' : ''),
    ),
    row('revisit', '回访', m.followedUpOn, m.records.filter((r) => r.kind === 'followUp').at(-1)?.byName ?? '另一人'),
    row('signoff', '销号', m.closedOn, n(m.tests.find((t) => t.confirmedBy)?.confirmedBy) || '四项标准'),
  ]
}

/** The page of one matter, masked: what is protected is opened only by `reveal`, with a purpose and a trace. */
export const viewOf = (
  m: Matter,
  who: Who,
  today: Day,
  names: Record<string, string>,
  categoryPath: string,
  traceCount: number,
): MatterView => {
  const {
    parties,
    clocks,
    claims,
    records,
    attachments,
    opinionNow,
    tests,
    documents,
    services,
    links,
    reviews,
    tasks,
    outcomes,
    ...petition
  } = m
  // What the work itself wrote down names telephones and cards as the petitioner did: open to whoever may open those.
  const open = mayReveal(who, m)
  const written = <T>(value: T): T => (open ? value : maskWithin(value))
  return {
    matter: {
      ...written(petition),
      queryCode: '',
      title: maskText(petition.title),
      petitionerName: maskName(petition.petitionerName),
      place: petition.confidential ? '' : petition.place,
      request: maskText(petition.request),
      facts: maskText(petition.facts),
    },
    parties: parties.map(maskParty),
    clocks: clocks.map((c) => {
      const limit = legalLimits[c.rule as RuleId]
      const left = c.endedOn === null ? daysBetween(today, c.dueOn) : null
      return {
        ...c,
        name: limit?.name ?? c.rule,
        article: limit?.article ?? '',
        unit: limit?.unit ?? 'calendar',
        kind: limit?.kind ?? 'duty',
        daysLeft: left,
        words: clockWords(c.dueOn, today, c.endedOn, c.outcome),
        party: maskName(parties.find((p) => p.id === c.partyId)?.name ?? ''),
      }
    }),
    claims: written(claims),
    records: written(records),
    // A file's name often is a person's.
    attachments: attachments.map((a) =>
      mayOpen(who, m, a) ? { ...a, opens: true } : { ...a, name: a.kind, note: '', opens: false },
    ),
    opinion: written(opinionNow),
    tests: written(tests),
    documents: written(documents),
    services: services.map((s) => ({ ...s, receiver: maskName(s.receiver) })),
    links,
    reviews: reviews.map((r) => ({ ...r, reasons: maskText(r.reasons) })),
    tasks: written(tasks),
    outcomes: written(outcomes),
    offers: offers(m, who, today),
    missing: missingFor(m),
    progress: progressOf(m, names, today),
    names,
    categoryPath,
    mayReveal: open,
    traceCount,
  }
}
