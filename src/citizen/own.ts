import { type Day, dayOf } from '../kit/day.ts'
import { maskName, maskPhone, maskText } from '../kit/mask.ts'
import { type DisputeState, states as disputeStates } from '../mediation/dispute/dispute.ts'
import { legalLimits } from '../petitions/clocks.ts'
import { dimensions, scoreNumbers, scores } from '../petitions/courtesy/courtesy.ts'
import {
  channels,
  classes,
  contactWays,
  idTypes,
  type Matter,
  type OutcomeName,
  outcomes,
  type Party,
  partyRoles,
  petitionersOf,
  ratings,
  recordKinds,
  reviewLevels,
  reviewOutcomes,
  reviewStatuses,
  routes,
} from '../petitions/petition.ts'
import { recusalSources, recusalStatuses } from '../petitions/protect/recusal.ts'
import { beforeOf } from '../petitions/register/before.ts'
import { askEnds, type CitizenView, isForPetitioner } from './view.ts'

/** Everything held about the petitioner, as it is given out: lines to read, and a file of each paper and material. */
export interface Own {
  number: string
  takenOn: Day
  registered: {
    channel: string
    receivedOn: Day
    class: string
    village: string
    place: string
    /** Content and legal route, as the office classified it. */
    content: string
    route: string
    request: string
    facts: string
    /** What was answered to “以前反映过吗”. */
    before: string
    people: { role: string; name: string; phone: string; address: string; proof: string; note: string }[]
  }
  progress: Pick<CitizenView, 'headline' | 'answer' | 'steps' | 'answered'> & { late: string[] }
  limits: { name: string; article: string; fromOn: Day; dueOn: Day; endedOn: Day | null }[]
  words: CitizenView['words']
  asks: { onDay: Day; body: string; ended: string; endedOn: Day | null }[]
  /** What staff wrote down of talks with the petitioner. */
  talks: { what: string; onDay: Day; way: string; body: string }[]
  /** Hearing, mediation, adoption of a suggestion: that it was, and what was told of it. */
  course: { what: string; onDay: Day; body: string }[]
  /** What of the four outcomes of Art. 27 was found to hold: a claim solved, help offered and handed on. */
  outcomes: { what: string; onDay: Day; body: string; handedTo: string; done: boolean }[]
  /** What was promised, or has to be carried out, for the petitioner. */
  owed: { what: string; body: string; by: Day | null; doneOn: Day | null; words: string }[]
  /** What was asked and answered when leaders received or visited. */
  met: { what: string; onDay: Day; gist: string; answer: string }[]
  disputes: { number: string; status: string; registeredOn: Day; endedOn: Day | null }[]
  recusals: { asked: string; onDay: Day; status: string; decidedOn: Day | null; reason: string }[]
  ratings: OwnRating[]
  reviews: { level: string; organ: string; askedOn: Day; reasons: string; status: string; outcome: string }[]
  papers: (OwnFile & { title: string; number: string; onDay: Day })[]
  services: { title: string; way: string; servedOn: Day; receiver: string; outcome: string }[]
  materials: (OwnFile & { name: string; onDay: Day; withdrawn: string })[]
  messages: { onDay: Day; body: string; sent: boolean }[]
  consents: { what: string; givenOn: Day | null; withdrawnOn: Day | null }[]
  published: { title: string; question: string; answer: string; postedOn: Day; withdrawnOn: Day | null }[]
  readers: { who: string; times: number; last: Day }[]
}
export interface OwnFile {
  id: string
  /** Where it lies in the zip. */
  file: string
  sha256: string
}
export interface OwnRating {
  onDay: Day
  /** Said by the petitioner, or written down by somebody else at a return visit. */
  by: string
  office: string
  unit: string
  dimensions: Record<string, string>
  reason: string
}
/** What the tables hold of the petitioner besides the matter itself. */
export interface OwnRows {
  ratings: {
    onDay: Day
    office: keyof typeof ratings
    unit: keyof typeof ratings
    dimensions: Record<string, number>
    reason: string
  }[]
  messages: Own['messages']
  consents: Own['consents']
  published: Own['published']
  readers: Own['readers']
  village: string
  content: string
  asks: { onDay: Day; body: string; endedOn: Day | null; ended: keyof typeof askEnds | null }[]
  outcomes: { outcome: OutcomeName; onDay: Day; body: string; handedTo: string; done: boolean }[]
  promises: { body: string; by: Day; doneOn: Day | null; words: string }[]
  met: Own['met']
  disputes: { number: string; state: DisputeState; registeredOn: Day; endedOn: Day | null }[]
  recusals: {
    source: keyof typeof recusalSources
    onDay: Day
    status: keyof typeof recusalStatuses
    decidedOn: Day | null
    reason: string
  }[]
  reviews: {
    level: keyof typeof reviewLevels
    organ: string
    askedOn: Day
    reasons: string
    status: keyof typeof reviewStatuses
    outcome: keyof typeof reviewOutcomes | null
  }[]
  /** Covers the names of others in what staff wrote. */
  cover: (text: string) => string
}

/** A name that may stand in a zip on any system. */
const fileName = (name: string) =>
  [...name.replace(/[\\/:*?"<>|\p{Cc}]/gu, '_').replace(/^\.+/, '')].slice(-80).join('') || '未命名'
const numbered = (folder: string, n: number, name: string) =>
  `${folder}/${String(n + 1).padStart(2, '0')} ${fileName(name)}`

/** One code is shared by all who brought a matter together: of several, none is told another's phone, address or papers. */
const personOf = (p: Party, alone: boolean) => ({
  role: partyRoles[p.role],
  name: alone ? p.name : maskName(p.name),
  phone: alone ? p.phone : maskPhone(p.phone),
  address: alone ? p.address : '',
  proof: alone && p.idType ? `${idTypes[p.idType as keyof typeof idTypes] ?? p.idType} 尾号 ${p.idLast4}` : '',
  note: alone ? p.note : '',
})

/** Records of what was said with the petitioner; what the office found out and thought of itself is not the petitioner's. */
const talkKinds = ['contact', 'followUp', 'withdrawal']
const courseKinds = ['hearing', 'mediation', 'adoption']
const wordOf = (r: unknown) => (typeof r === 'string' && Object.hasOwn(ratings, r) ? ratings[r as never] : '')
const scoreWord = (n: number) =>
  Object.entries(scoreNumbers).flatMap(([k, v]) => (v === n ? [scores[k as keyof typeof scores]] : []))[0] ?? ''

/** Pure: what is given out of a matter to whoever holds its code. */
export const ownOf = (m: Matter, view: CitizenView, rows: OwnRows, today: Day): Own => {
  const alone = petitionersOf(m).length <= 1
  const papers = m.documents.filter((d) => isForPetitioner(d.kind))
  const visits = m.records.filter((r) => r.kind === 'followUp' && wordOf(r.data.ratingOffice) !== '')
  /** What staff wrote: numbers and others' names covered. */
  const wrote = (text: string) => rows.cover(maskText(text))
  return {
    number: m.number,
    takenOn: today,
    registered: {
      channel: channels[m.channel],
      receivedOn: m.receivedOn,
      class: m.class ? classes[m.class] : '',
      village: rows.village,
      place: m.place,
      content: rows.content || m.categoryText,
      route: m.route ? routes[m.route] : '',
      request: m.request,
      facts: m.facts,
      before: beforeOf(m),
      people: m.parties.map((p) => personOf(p, alone)),
    },
    progress: {
      headline: view.headline,
      answer: view.answer,
      late: view.late.map((l) => l.words),
      steps: view.steps,
      answered: view.answered,
    },
    limits: m.clocks.map(({ rule, fromOn, dueOn, endedOn }) => {
      const { name, article } = legalLimits[rule as keyof typeof legalLimits]
      return { name, article, fromOn, dueOn, endedOn }
    }),
    words: view.words,
    asks: rows.asks.map((a) => ({ ...a, ended: a.ended ? askEnds[a.ended] : '' })),
    talks: m.records
      .filter((r) => talkKinds.includes(r.kind))
      .map((r) => ({
        what: recordKinds[r.kind],
        onDay: r.onDay,
        way: contactWays[r.data.way as keyof typeof contactWays] ?? '',
        body: r.kind === 'withdrawal' ? r.body : wrote(r.body),
      })),
    course: m.records
      .filter((r) => courseKinds.includes(r.kind))
      .map((r) => ({
        what: recordKinds[r.kind],
        onDay: r.onDay,
        // In what was said at a mediation the other side speaks too.
        body: r.kind === 'mediation' && !r.data.disputeId ? '' : wrote(r.body),
      })),
    outcomes: rows.outcomes.map(({ outcome, ...o }) => ({ ...o, what: outcomes[outcome], body: wrote(o.body) })),
    owed: [
      ...m.tasks.map((t) => ({
        what: `按处理意见落实${t.unitName && `（${t.unitName}）`}`,
        body: wrote(t.body),
        by: t.dueOn,
        doneOn: t.doneOn,
        words: wrote(t.doneText),
      })),
      ...rows.promises.map((x) => ({ ...x, what: '答应您的', body: wrote(x.body), words: wrote(x.words) })),
    ],
    met: rows.met.map((x) => ({ ...x, gist: wrote(x.gist), answer: wrote(x.answer) })),
    disputes: rows.disputes.map(({ state, ...d }) => ({ ...d, status: disputeStates[state] })),
    recusals: rows.recusals.map(({ source, status, ...r }) => ({
      ...r,
      asked: recusalSources[source],
      status: recusalStatuses[status],
      reason: wrote(r.reason),
    })),
    ratings: [
      ...rows.ratings.map((r) => ({
        onDay: r.onDay,
        by: '您本人',
        office: ratings[r.office],
        unit: ratings[r.unit],
        dimensions: Object.fromEntries(
          Object.entries(dimensions).flatMap(([k, label]) =>
            r.dimensions[k] ? [[label, scoreWord(r.dimensions[k])]] : [],
          ),
        ),
        reason: r.reason,
      })),
      ...visits.map((r) => ({
        onDay: r.onDay,
        by: '回访的人记下',
        office: wordOf(r.data.ratingOffice),
        unit: wordOf(r.data.ratingUnit),
        dimensions: {},
        reason: wrote(r.body),
      })),
    ],
    reviews: rows.reviews.map((r) => ({
      level: reviewLevels[r.level],
      organ: r.organ,
      askedOn: r.askedOn,
      reasons: maskText(r.reasons),
      status: reviewStatuses[r.status],
      outcome: r.outcome ? reviewOutcomes[r.outcome] : '',
    })),
    papers: papers.map((d, n) => ({
      id: d.id,
      title: d.title,
      number: d.number ?? '',
      onDay: d.issuedOn,
      file: numbered('文书', n, `${d.title}.docx`),
      sha256: d.sha256,
    })),
    services: m.services.flatMap((x) => {
      const d = papers.find((p) => p.id === x.documentId)
      return d
        ? [
            {
              title: d.title,
              way: x.way,
              servedOn: x.servedOn,
              receiver: alone ? x.receiver : maskName(x.receiver),
              outcome: x.outcome,
            },
          ]
        : []
    }),
    // Withdrawn ones are still kept: they are about the petitioner as well.
    materials: broughtBy(m).map((a, n) => ({
      id: a.id,
      name: a.name,
      onDay: dayOf(new Date(a.at)),
      withdrawn: a.withdrawnReason ?? '',
      file: numbered('材料', n, a.name),
      sha256: a.sha256,
    })),
    messages: rows.messages,
    consents: [
      ...m.parties
        .filter((p) => alone && p.role === 'petitioner' && p.eService)
        .map(() => ({ what: '用网页送达文书', givenOn: null, withdrawnOn: null })),
      ...rows.consents,
    ],
    published: rows.published,
    readers: rows.readers,
  }
}

/** Materials of the petitioner's own, withdrawn ones too. */
export const broughtBy = (m: Pick<Matter, 'attachments'>) => m.attachments.filter((a) => a.brought)
