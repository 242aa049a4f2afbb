import { catalogue, type DocumentKind, type PaperData } from '../../documents/catalogue.ts'
import { type Day, formal } from '../../kit/day.ts'
import {
  type Agreement,
  currentAgreement,
  type Dispute,
  type DisputeParty,
  type DisputeRecord,
  disputeKinds,
  mediatorHows,
  origins,
  partyRoles,
  performanceStates,
  principals,
  rightsWays,
  satisfactions,
  sides,
  unnamedCommittee,
} from './dispute.ts'
import { money } from './money.ts'

/** Papers of a dispute, in the order of the dossier. */
export const dossierOrder = [
  'mediationApplication',
  'mediationIntake',
  'mediationRights',
  'mediationIdentity',
  'mediationAuthority',
  'mediationSlip',
  'mediationInvestigation',
  'mediationEvidence',
  'mediationRecord',
  'mediationAgreement',
  'mediationOral',
  'mediationEnd',
  'performanceProof',
  'mediationFollowUp',
  'confirmationApplication',
] as const satisfies DocumentKind[]
export type DossierKind = (typeof dossierOrder)[number]
export const mediationPapers: readonly DocumentKind[] = [
  ...dossierOrder,
  'mediationCover',
  'mediationIndex',
  'mediationBack',
  'dutyLetter',
]

/** What a paper needs besides the dispute. */
export interface PaperFacts {
  committee: string
  today: Day
  by: string
  mediators: string
  /** Uploaded evidence, with the pages it is bound as. */
  files?: readonly { name: string; byName: string; sha256: string; pages: number }[]
}

/** 姓名、性别、民族、年龄、职业、联系方式、住址; what is not known is left out. */
export const partyLine = (p: DisputeParty, all: readonly DisputeParty[]): string =>
  [
    p.role === 'party'
      ? p.name
      : `${partyRoles[p.role]} ${p.name}（代${all.find((x) => x.id === p.forId)?.name ?? ''}）`,
    p.sex,
    p.ethnicity,
    p.age === null ? '' : `${p.age}岁`,
    p.occupation,
    p.phone && `电话${p.phone}`,
    p.address && `住${p.address}`,
    p.idLast4 && `${p.idType || '身份证'}后四位${p.idLast4}`,
  ]
    .filter(Boolean)
    .join('，')
const lines = (d: Dispute, side: keyof typeof sides) =>
  d.parties
    .filter((p) => p.side === side)
    .map((p) => partyLine(p, d.parties))
    .join('\n')
const everyone = (d: Dispute) => d.parties.map((p) => `${sides[p.side]}：${partyLine(p, d.parties)}`).join('\n')
const names = (d: Dispute) =>
  principals(d)
    .map((p) => p.name)
    .join('、')
const day = (x: Day | null) => (x ? formal(x) : '')
const text = (r: DisputeRecord | undefined, key: string) => String(r?.data[key] ?? '')

/** Evidence as written down and as uploaded, a line each. */
export const evidenceOf = (d: Pick<Dispute, 'records'>, files: NonNullable<PaperFacts['files']>) => [
  ...d.records
    .filter((r) => r.kind === 'evidence')
    .map((r) => ({ 材料名称: text(r, 'name'), 来源: text(r, 'from'), 页数: text(r, 'pages') })),
  ...files.map((x) => ({
    材料名称: `${x.name}（校验值 ${x.sha256.slice(0, 8)}…）`,
    来源: `${x.byName}上传`,
    页数: x.pages ? String(x.pages) : '电子材料',
  })),
]

const rowsOf = (kind: DocumentKind, d: Dispute, f: PaperFacts): Pick<PaperData, 'rows'> =>
  kind === 'mediationIdentity'
    ? {
        rows: {
          当事人证件: d.parties.map((x) => ({
            '姓名、名称': `${x.name}（${sides[x.side]}${x.role === 'party' ? '' : `的${partyRoles[x.role]}`}）`,
            证件: x.idType || (x.idLast4 ? '身份证' : '待核对'),
            后四位: x.idLast4,
          })),
        },
      }
    : kind === 'mediationEvidence'
      ? { rows: { 证据: evidenceOf(d, f.files ?? []) } }
      : {}

/** Those who mediated: whoever signed, also after it was handed down and others see to the performance; until then those who mediate. */
const mediatedBy = (d: Pick<Dispute, 'agreements' | 'mediatorHow'>, f: Pick<PaperFacts, 'mediators'>): string => {
  const signed = new Set(
    d.agreements
      .filter((a) => a.status !== 'void')
      .flatMap((a) => a.signatures.filter((s) => s.by === 'mediator').map((s) => s.name)),
  )
  const names = [...signed].join('、') || f.mediators
  return names === f.mediators && names && d.mediatorHow ? `${names}（${mediatorHows[d.mediatorHow]}）` : names
}
/** The committee whose seal an agreement carries; it stays that one's when the dispute is handed on. */
const sealedBy = (a: Agreement | undefined, f: Pick<PaperFacts, 'committee'>): string => {
  const seal = a?.signatures.find((s) => s.by === 'seal')
  return !seal || seal.name === unnamedCommittee ? f.committee : seal.name
}

/** One paper of a dispute from its facts; `about` says which record, agreement or performance it is of. Pure. */
export const composeDispute = (kind: DocumentKind, d: Dispute, f: PaperFacts, about = ''): PaperData => {
  const nth = (k: DisputeRecord['kind']) => d.records.filter((r) => r.kind === k)[Number(about) - 1]
  const a = d.agreements.find((x) => String(x.n) === about.split('-')[0]) ?? currentAgreement(d)
  const nameOf = (id: string) => d.parties.find((p) => p.id === id)?.name ?? ''
  const list = d.performances.filter((p) => p.agreementId === a?.id)
  const terms = list.length
    ? list
        .map(
          (p) =>
            `${p.n}．${nameOf(p.payerId)}于${formal(p.dueOn)}前以${p.way}方式向${nameOf(p.payeeId)}履行：${p.what}${p.amountFen === null ? '' : `，${money(p.amountFen)}`}。`,
        )
        .join('\n')
    : '已即时履行，或不需要另行履行。'
  const clauses = a?.clauses.map((c, i) => `${i + 1}．${c.text}`).join('\n') ?? ''
  const p = list.find((x) => `${a?.n}-${x.n}` === about)
  const session = nth('session')
  const plan = nth('plan')
  const seen = nth('investigation')
  const visit = nth('followUp')
  const values: Record<string, string> = ((): Record<string, string> => {
    switch (kind) {
      case 'mediationApplication':
        return {
          申请方: lines(d, 'applicant'),
          被申请方: lines(d, 'respondent'),
          纠纷事实: d.facts,
          申请事项:
            d.parties
              .filter((x) => x.side === 'applicant' && x.claim)
              .map((x) => x.claim)
              .join('\n') || '请求调解',
        }
      case 'mediationIntake':
        return {
          受理日期: day(d.acceptedOn),
          纠纷类型: disputeKinds[d.kind],
          案件来源: `${origins[d.origin]}${d.originNote ? `：${d.originNote}` : ''}`,
          申请方: lines(d, 'applicant'),
          被申请方: lines(d, 'respondent'),
          纠纷简要情况: d.facts,
          登记人: d.registeredName,
        }
      case 'mediationIdentity':
        return { 核对人: f.by }
      case 'mediationAuthority': {
        const agent = d.parties.find((x) => String(x.n) === about)
        const of = d.parties.find((x) => x.id === agent?.forId)
        return {
          委托人: of ? partyLine(of, d.parties) : '',
          受托人: agent ? partyLine({ ...agent, role: 'party' }, d.parties) : '',
          委托事项: `委托受托人参加本纠纷的人民调解，权限：□一般代理（参加调解、陈述、提交材料）　□特别授权（承认、变更、放弃请求，签订协议）`,
        }
      }
      case 'mediationEvidence':
        return { 整理人: f.mediators || f.by }
      case 'mediationEnd': {
        const end = d.records.findLast((r) => r.kind === 'end')
        return {
          当事人: names(d),
          终结日期: day(d.endedOn ?? end?.onDay ?? null),
          // What a party said stays in the record: this goes to all of them.
          终结原因: d.endReason,
          其他途径: text(end, 'remedies'),
          无争议事实: d.agreedFacts,
        }
      }
      case 'mediationRights':
        return {
          当事人: names(d),
          告知方式: d.rightsWay ? rightsWays[d.rightsWay] : '',
          告知日期: day(d.rightsToldOn),
          公开: d.openSession === null ? '' : d.openSession ? '公开进行' : '不公开进行',
        }
      case 'mediationSlip':
        return {
          当事人: names(d),
          调解时间: `${day(text(plan, 'onDay') as Day)} ${text(plan, 'time')}`,
          调解地点: text(plan, 'place'),
          调解员: f.mediators,
        }
      case 'mediationInvestigation':
        return {
          调查时间: day(seen?.onDay ?? null),
          调查地点: text(seen, 'place'),
          被调查人: text(seen, 'whom'),
          调查内容: seen?.body ?? '',
          调查人: seen?.byName ?? '',
        }
      case 'mediationRecord':
        return {
          调解时间: `${day(session?.onDay ?? null)}（${text(session, 'minutes')} 分钟）`,
          调解次数: `第 ${text(session, 'n')} 次`,
          调解地点: text(session, 'place'),
          到场人: text(session, 'came'),
          笔录: session?.body ?? '',
          方案: text(session, 'offers'),
          调解员: f.mediators,
        }
      case 'mediationAgreement':
      case 'mediationOral':
        return {
          当事人: everyone(d),
          纠纷事实: [a?.facts, a?.issues].filter(Boolean).join('\n'),
          协议内容: clauses,
          履行方式和期限: terms,
          各方签名:
            a?.signatures
              .filter((s) => s.by !== 'mediator' && s.by !== 'seal')
              .map((s) => `${s.name}　${s.how}　${formal(s.on)}`)
              .join('\n') ?? '',
          调解员: f.mediators,
          生效日期: day(a?.effectiveOn ?? null),
          范围说明: [
            a?.whole === false && '双方就以下部分达成协议，其余争议继续调解或者另行依法解决，不影响本协议的履行。',
            a?.writtenOn &&
              `本协议于${day(a.effectiveOn)}以口头方式达成并生效，${formal(a.writtenOn)}补签书面，内容不变。`,
          ]
            .filter(Boolean)
            .join('\n'),
        }
      case 'performanceProof':
        return {
          履行事项: p ? `${p.what}${p.amountFen === null ? '' : `，${money(p.amountFen)}`}` : '',
          履行情况:
            p?.proofs
              .map((x) => `${formal(x.on)}　${x.fen ? `${money(x.fen)}；` : ''}${x.text}（${x.by}记录）`)
              .join('\n') ?? '',
          约定日期: day(p?.dueOn ?? null),
          履行方: p ? nameOf(p.payerId) : '',
          接受方: p ? nameOf(p.payeeId) : '',
          调解员: f.mediators || f.by,
        }
      case 'mediationFollowUp':
        return {
          回访日期: day(visit?.onDay ?? null),
          回访人: visit?.byName ?? '',
          协议编号: d.number ?? '',
          满意度: satisfactions[(text(visit, 'satisfaction') || 'none') as keyof typeof satisfactions],
          履行情况: text(visit, 'performance') || performanceStates.due,
          回访内容: visit?.body ?? '',
          隐患: text(visit, 'risk'),
        }
      case 'confirmationApplication':
        return {
          申请方: everyone(d),
          受理法院: a?.confirm?.court ?? '',
          协议内容: `${clauses}\n履行方式、时限：\n${terms}`,
          申请事项: `请求确认${sealedBy(a, f)}${d.number ?? ''}人民调解协议有效。`,
          申请期限: day(a?.confirmBy ?? null),
          附件: '一、人民调解协议书；二、身份证明、资格证明；三、与协议相关的财产权利证明；四、双方的住所、电话等送达地址。',
        }
      case 'mediationCover':
        return {
          卷名: `${names(d)}${disputeKinds[d.kind]}纠纷`,
          年度: (d.acceptedOn ?? d.registeredOn).slice(0, 4),
          纠纷类型: disputeKinds[d.kind],
          调解员: mediatedBy(d, f),
          受理日期: day(d.acceptedOn),
          调解日期: day(d.effectiveOn ?? d.endedOn),
          立卷日期: formal(f.today),
          立卷人: f.by,
        }
      case 'mediationBack':
        return {
          备考: `本卷由系统按卷内顺序编排页码。${d.path.length ? `移交：${d.path.map((s) => `${s.on} 自${s.name}`).join('；')}。` : ''}`,
          立卷人: f.by,
          立卷日期: formal(f.today),
        }
      default:
        return {}
    }
  })()
  const title = catalogue[kind].title
  return {
    kind,
    title,
    organ: f.committee,
    number: d.number,
    issuedOn: f.today,
    values: {
      ...values,
      发文机关: f.committee,
      标题: title,
      事项编号: d.number ?? d.code,
      成文日期: formal(f.today),
      版次说明: '',
    },
    ...rowsOf(kind, d, f),
    extra: { about },
  }
}
