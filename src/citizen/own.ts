import { type Day, dayOf, formal } from '../kit/day.ts'
import { type Html, html } from '../kit/html.ts'
import { maskName, maskPhone, maskText } from '../kit/mask.ts'
import { legalLimits } from '../petitions/clocks.ts'
import { dimensions, scoreNumbers, scores } from '../petitions/courtesy/courtesy.ts'
import {
  channels,
  classes,
  contactWays,
  idTypes,
  type Matter,
  type Party,
  partyRoles,
  petitionersOf,
  ratings,
  recordKinds,
  reviewLevels,
  reviewOutcomes,
  reviewStatuses,
} from '../petitions/petition.ts'
import { type CitizenView, isForPetitioner, wordKinds } from './view.ts'

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
    request: string
    facts: string
    people: { role: string; name: string; phone: string; address: string; proof: string; note: string }[]
  }
  progress: Pick<CitizenView, 'headline' | 'answer' | 'late' | 'steps' | 'answered'>
  limits: { name: string; article: string; fromOn: Day; dueOn: Day; endedOn: Day | null }[]
  words: CitizenView['words']
  /** What staff wrote down of talks with the petitioner. */
  talks: { what: string; onDay: Day; way: string; body: string }[]
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
const wordOf = (r: unknown) => (typeof r === 'string' && Object.hasOwn(ratings, r) ? ratings[r as never] : '')
const scoreWord = (n: number) =>
  Object.entries(scoreNumbers).flatMap(([k, v]) => (v === n ? [scores[k as keyof typeof scores]] : []))[0] ?? ''

/** Pure: what is given out of a matter to whoever holds its code. */
export const ownOf = (m: Matter, view: CitizenView, rows: OwnRows, today: Day): Own => {
  const alone = petitionersOf(m).length <= 1
  const papers = m.documents.filter((d) => isForPetitioner(d.kind))
  const visits = m.records.filter((r) => r.kind === 'followUp' && wordOf(r.data.ratingOffice) !== '')
  return {
    number: m.number,
    takenOn: today,
    registered: {
      channel: channels[m.channel],
      receivedOn: m.receivedOn,
      class: m.class ? classes[m.class] : '',
      village: rows.village,
      place: m.place,
      request: m.request,
      facts: m.facts,
      people: m.parties.map((p) => personOf(p, alone)),
    },
    progress: {
      headline: view.headline,
      answer: view.answer,
      late: view.late,
      steps: view.steps,
      answered: view.answered,
    },
    limits: m.clocks.map(({ rule, fromOn, dueOn, endedOn }) => {
      const { name, article } = legalLimits[rule as keyof typeof legalLimits]
      return { name, article, fromOn, dueOn, endedOn }
    }),
    words: view.words,
    talks: m.records
      .filter((r) => talkKinds.includes(r.kind))
      .map((r) => ({
        what: recordKinds[r.kind],
        onDay: r.onDay,
        way: contactWays[r.data.way as keyof typeof contactWays] ?? '',
        body: maskText(r.body),
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
        reason: maskText(r.body),
      })),
    ],
    reviews: m.reviews.map((r) => ({
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

const section = (title: string, empty: string, items: Html[]): Html =>
  html`<h2>${title}</h2>${items.length ? html`<ul>${items.map((x) => html`<li>${x}</li>`)}</ul>` : html`<p>${empty}</p>`}`
const said = (label: string, text: string) => text && html`<br>${label}：${text}`
const linkOf = (f: OwnFile) => encodeURI(f.file).replace(/#/g, '%23')

/** A page that opens from the unpacked folder without a network. */
export const ownPage = (o: Own, town: string): string =>
  `<!doctype html>${html`<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${o.number} 关于我的全部内容</title>
<style>body{font:1.1rem/1.7 sans-serif;max-width:46rem;margin:0 auto;padding:1rem;color:#1c2430}h1{font-size:1.5rem}h2{font-size:1.2rem;margin:1.6rem 0 .4rem;border-bottom:1px solid #cfd6e0}li{margin:.5rem 0;overflow-wrap:anywhere}p,li{white-space:pre-line}</style></head><body>
<h1>${o.number}　关于我的全部内容</h1>
<p>${town}信访办，${formal(o.takenOn)}由本人凭编号和查询码取出。里面有您的信息，请自己保管好。</p>
<p>工作人员收集的证据、内部的讨论不在里面；几个人一起反映的，别人的电话和住址不在里面。对这里写的有疑问，可以在网页上“更正”，也可以带身份证件到镇信访窗口。</p>
<h2>登记的内容</h2>
<p>${formal(o.registered.receivedOn)}${o.registered.channel}${o.registered.class && `，${o.registered.class}`}${o.registered.village && `，${o.registered.village}`}${o.registered.place && `，${o.registered.place}`}</p>
<p>要求：${o.registered.request}</p>${o.registered.facts && html`<p>经过和理由：${o.registered.facts}</p>`}
${section(
  '登记的人',
  '没有登记姓名。',
  o.registered.people.map(
    (p) =>
      html`${p.role}　${p.name}${said('电话', p.phone)}${said('住址', p.address)}${said('证件', p.proof)}${said('说明', p.note)}`,
  ),
)}
<h2>办到哪一步</h2><p>${o.progress.headline}</p><ul>${o.progress.steps
    .filter((x) => x.on)
    .map((x) => html`<li>${x.label}　${formal(x.on!)}　${x.words}</li>`)}</ul>
${section(
  '期限',
  '没有正在算的期限。',
  o.limits.map(
    (x) =>
      html`${x.name}：${formal(x.fromOn)}起，${formal(x.dueOn)}止${x.endedOn && `，${formal(x.endedOn)}完成`}（${x.article}）`,
  ),
)}
${section(
  '逐项答复',
  '还没有。',
  o.progress.answered.map((x) => html`${x.request}<br><b>${x.result}</b><br>${x.answer}`),
)}
${section(
  '文书',
  '还没有文书。',
  o.papers.map((d) => html`<a href="${linkOf(d)}">${d.title}</a> ${d.number}　${formal(d.onDay)}`),
)}
${section(
  '送达',
  '还没有。',
  o.services.map((x) => html`${x.title}　${formal(x.servedOn)}　收件人 ${x.receiver}`),
)}
${section(
  '您交的材料',
  '没有。',
  o.materials.map(
    (a) => html`<a href="${linkOf(a)}">${a.name}</a>　${formal(a.onDay)}${said('已经撤下', a.withdrawn)}`,
  ),
)}
${section(
  '您说的话和回音',
  '没有。',
  o.words.map(
    (w) =>
      html`${wordKinds[w.kind]}　${formal(w.onDay)}<br>${w.body}${w.answeredOn && html`<br>回音（${formal(w.answeredOn)}）：${w.answer}`}`,
  ),
)}
${section(
  '工作人员和您联系时记下的',
  '没有。',
  o.talks.map((x) => html`${x.what}　${formal(x.onDay)}${x.way && `　${x.way}`}<br>${x.body}`),
)}
${section(
  '评价',
  '还没有评价。',
  o.ratings.map(
    (r) =>
      html`${formal(r.onDay)}　${r.by}：信访办${r.office}${r.unit && `，承办单位${r.unit}`}${Object.entries(r.dimensions).map(([k, v]) => html`<br>${k}：${v}`)}${said('理由', r.reason)}`,
  ),
)}
${section(
  '请求复查、复核',
  '没有。',
  o.reviews.map(
    (r) =>
      html`${r.level}　${formal(r.askedOn)}　${r.organ}　${r.status}${r.outcome && `，${r.outcome}`}${said('理由', r.reasons)}`,
  ),
)}
${section(
  '发给您的短信',
  '没有。',
  o.messages.map((x) => html`${formal(x.onDay)}　${x.sent ? '已发出' : '没有发出'}<br>${x.body}`),
)}
${section(
  '您同意过的',
  '没有。',
  o.consents.map(
    (c) =>
      html`${c.what}${c.givenOn && `　${formal(c.givenOn)}同意`}${c.withdrawnOn && `，${formal(c.withdrawnOn)}收回`}`,
  ),
)}
${section(
  '公开过的答复',
  '没有。',
  o.published.map(
    (x) =>
      html`${x.title}　${formal(x.postedOn)}公开${x.withdrawnOn && `，${formal(x.withdrawnOn)}撤下`}<br>${x.question}<br>${x.answer}`,
  ),
)}
${section(
  '谁看过您的材料',
  '还没有人打开过。',
  o.readers.map((r) => html`${r.who}　${r.times} 次　最近 ${formal(r.last)}`),
)}
<p>同样的内容，机器读的在“data.json”里。</p></body></html>`}`
