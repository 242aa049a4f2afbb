import { catalogue, type DocumentKind, type PaperData } from '../../documents/catalogue.ts'
import { addDays, type Day, formal, isDay } from '../../kit/day.ts'
import type { Who } from '../../people/roles.ts'
import {
  channels,
  claimResults,
  closingTests,
  contactWays,
  idTypes,
  type Matter,
  ratings,
  receiverRelations,
  routes,
} from '../petition.ts'
import { beforeOf } from '../register/before.ts'

export interface TownFacts {
  id: string
  code: string
  name: string
  shortName: string
  superior: string
  isFiction: boolean
}

export const organOf = (town: Pick<TownFacts, 'name'>) =>
  /(政府|办事处|委员会)$/.test(town.name) ? town.name : `${town.name}人民政府`

const nameOf = (m: Matter) => {
  const names = m.parties.filter((p) => p.role === 'petitioner' && p.name !== '').map((p) => p.name)
  return m.anonymous || names.length === 0
    ? '信访人'
    : names.length > 3
      ? `${names.slice(0, 3).join('、')}等${m.headCount}人`
      : `${names.join('、')}${m.headCount > names.length ? `等${m.headCount}人` : ''}`
}

/** A letter keeps to one page: a long text is cut at a sentence near the limit, and says that the rest is on file. */
export const clip = (text: string, most: number): string => {
  const points = [...text.trim()]
  if (points.length <= most) return text.trim()
  const head = points.slice(0, most).join('')
  const end = Math.max(head.lastIndexOf('。'), head.lastIndexOf('；'), head.lastIndexOf('\n'))
  return `${(end > most / 2 ? head.slice(0, end) : head).trim()}……（全文见登记表）`
}

/** What a move told, as the text of a tag: days in full, lists joined, numbers as they are. */
const said = (v: unknown): string =>
  typeof v === 'string'
    ? isDay(v)
      ? formal(v)
      : v
    : typeof v === 'number'
      ? String(v)
      : Array.isArray(v)
        ? v.map(said).filter(Boolean).join('、')
        : ''

const reviewResults: Record<string, string> = { maintained: '维持', changed: '变更', revoked: '撤销' }
const serviceWays: Record<string, string> = {
  inPerson: '当面',
  post: '邮寄',
  electronic: '电子（经同意）',
  other: '其他',
}
const attitudes: Record<string, string> = { agree: '同意', disagree: '不同意', none: '没有表示' }

/** What surrounds a paper besides the matter. `publicUrl` is where citizens look up progress, when the office has such an address. */
export interface PaperSetting {
  town: TownFacts
  today: Day
  publicUrl?: string
}

/**
 * The content of a paper from the matter and what only the move knows (`extra`), as text by the tags of the catalogue.
 * Pure; the words of the law are in the template. `issuedOn` is the true day of a paper written by hand and keyed in later.
 */
export const composePaper = (
  kind: DocumentKind,
  m: Matter,
  extra: Record<string, unknown>,
  who: Pick<Who, 'name' | 'post'>,
  s: PaperSetting,
  number: string | null,
  issuedOn: Day = s.today,
): PaperData => {
  const entry = catalogue[kind]
  const x = (...keys: string[]) => keys.map((k) => said(extra[k])).find((t) => t !== '') ?? ''
  const organ = x('organ') || organOf(s.town)
  const title = kind === 'nonAcceptanceNotice' && extra.again === true ? '信访事项不再受理告知书' : entry.title
  const clockOf = (rule: string) => m.clocks.filter((c) => c.rule === rule && c.round === m.round).at(-1)
  const day = (d: Day | null | undefined) => (d ? formal(d) : '')
  const documentOf = (...kinds: string[]) => m.documents.filter((d) => kinds.includes(d.kind)).at(-1)
  const contact = x('contact') || `${s.town.name}信访办`
  const petitioner = nameOf(m)
  const common: Record<string, string> = {
    发文机关: organ,
    文号: number ?? '',
    标题: title,
    信访人: entry.to === 'unit' ? x('unitName', 'toName') || `${s.town.name}信访办` : petitioner,
    事项编号: m.number,
    事项: m.title,
    信访形式: channels[m.channel],
    收到日期: day(m.receivedOn),
    成文日期: formal(issuedOn),
    联系: contact,
    查询码: m.queryCode,
    二维码: s.publicUrl
      ? `${s.publicUrl}/c/query?t=${s.town.code}&n=${encodeURIComponent(m.number)}`
      : `${s.town.name}信访事项 ${m.number}`,
    抄送: entry.layout === 'official' ? x('copyTo') || `${s.town.name}信访办（存档）` : '',
    印发机关: organOf(s.town),
  }
  const hearing = () => ({
    听证时间: x('time', 'at', 'onDay'),
    听证地点: x('place'),
    主持人: x('host'),
    听证员: x('officers'),
    听证事项: x('subject') || m.title,
  })
  const asked = (rule: string, from: string) => ({
    申请人: x('applicant') || petitioner,
    住址: x('address') || (m.parties.find((p) => p.role === 'petitioner')?.address ?? ''),
    联系方式: x('phone') || (m.parties.find((p) => p.role === 'petitioner')?.phone ?? ''),
    原意见文号: x('opinionNumber', 'challenged') || (documentOf(from)?.number ?? ''),
    收到书面答复日期: x('receivedReplyOn') || day(m.servedOn),
    请求: x('request'),
    理由: x('reasons', 'reason'),
    申请期限: day(clockOf(rule)?.dueOn),
  })
  const answered = (level: '复查' | '复核', from: string) => {
    const result = reviewResults[x('result', 'outcome')] ?? ''
    return {
      原意见文号: x('opinionNumber', 'challenged') || (documentOf(from)?.number ?? ''),
      收到申请日期: x('receivedOn', 'askedOn'),
      申请理由: x('reasons', 'reason'),
      查明的事实: x('facts'),
      [`${level}意见`]: [result && `${result}原意见`, x('opinion', 'decision')].filter(Boolean).join('。'),
      依据: x('legalBasis', 'basis'),
    }
  }
  const claims = () =>
    m.claims.length > 0 && m.claims.every((c) => c.result !== null && c.answer !== '')
      ? m.claims
          .map((c, i) =>
            [
              `（${'一二三四五六七八九十'[i] ?? i + 1}）请求：${c.body}`,
              `答复：${claimResults[c.result!]}。${c.answer}`,
              c.basis && `依据：${c.basis}`,
            ]
              .filter(Boolean)
              .join('\n'),
          )
          .join('\n')
      : ''
  const rating = (v: unknown) => (typeof v === 'string' && v in ratings ? ratings[v as keyof typeof ratings] : '未评价')
  const d05 = clockOf('D05')

  const values = (): Record<string, string> => {
    switch (kind) {
      case 'registrationReceipt':
        return {
          诉求: clip(m.request, 300),
          人数: `${m.headCount} 人`,
          登记人: who.name || organ,
          以前反映: beforeOf(m) && `四、登记时您说：${beforeOf(m)}。`,
        }
      case 'registrationForm': {
        const people = m.parties.filter((p) => p.role === 'petitioner' && p.name !== '')
        const others = m.parties.filter((p) => p.role !== 'petitioner' && p.name !== '')
        return {
          姓名: m.anonymous || people.length === 0 ? '匿名或未留名' : petitioner,
          住址: [...new Set(people.map((p) => p.address).filter(Boolean))].join('；') || m.place || '未提供',
          电话: people
            .map((p) => p.phone)
            .filter(Boolean)
            .join('、'),
          诉求: m.request,
          事实和理由: m.facts || '同请求',
          人数: `${m.headCount} 人`,
          以前反映: beforeOf(m) || '没有问',
          涉及人数: m.affectedCount === null ? '' : String(m.affectedCount),
          代表人: people
            .filter((p) => p.isRepresentative)
            .map((p) => p.name)
            .join('、'),
          代理人: others.map((p) => `${p.name}${p.actsFor ? `（代${p.actsFor}）` : ''}`).join('、'),
          证件核对: people
            .filter((p) => p.idLast4 !== '')
            .map(
              (p) =>
                `${p.name}：${idTypes[p.idType as keyof typeof idTypes] ?? '证件'}后四位 ${p.idLast4}${p.idChecked ? '，已核对' : ''}`,
            )
            .join('；'),
          口述宣读: m.oral ? (m.readBack ? '口头提出，已记录并宣读，无误' : '口头提出，已记录') : '书面提出',
          登记人: who.name || organ,
        }
      }
      case 'acceptanceNotice':
        return {
          诉求: clip(m.request, 100),
          办理路径:
            m.class === 'suggestion' ? '建议意见，研究后答复（第二十九条）' : routes[m.route ?? 'petitionProcedure'],
          受理日期: formal(m.acceptedOn ?? issuedOn),
          办理期限:
            m.class === 'suggestion'
              ? '研究后答复'
              : extra.simple === true && clockOf('D12')
                ? `${day(clockOf('D12')!.dueOn)}（简易办理，十个工作日）`
                : day(d05?.dueOn),
          联系人: contact,
          期限说明: clip((extra.simple === true ? clockOf('D12') : d05)?.steps.slice(0, 2).join('；') ?? '', 90),
        }
      case 'nonAcceptanceNotice':
        return {
          决定: extra.again === true ? '本事项已经复核终结，不再受理' : '决定不予受理',
          理由: [x('ground'), x('detail')].filter(Boolean).join('。'),
          救济途径: x('remedy'),
        }
      case 'guidanceNotice':
        return {
          途径: m.route ? routes[m.route] : '',
          办理机关: x('where'),
          怎样提出: x('how'),
          时限: x('timeLeft'),
        }
      case 'forwardLetter':
      case 'assignLetter':
        return {
          诉求: m.request,
          事实和理由: m.facts,
          理由: x('reason'),
          期限: x('limitOn'),
          附件:
            x('attachments') ||
            (m.attachments.some((a) => a.withdrawnAt === null)
              ? `登记表及材料 ${m.attachments.filter((a) => a.withdrawnAt === null).length} 份`
              : '登记表'),
        }
      case 'whereSentNotice':
        return { 去向: x('unitName'), 转送日期: formal(issuedOn) }
      case 'objectionLetter': {
        const window = clockOf('D04')
        return {
          理由: x('reason'),
          收到转送日期: x('receivedOn') || day(window?.fromOn) || formal(issuedOn),
          工作日数: x('workday'),
          建议机关: x('suggest'),
        }
      }
      case 'extensionNotice':
        return {
          延期理由: x('reason'),
          延长天数: x('days') ? `${x('days')}日` : '',
          原期限: x('oldDueOn') || (d05?.extension ? formal(addDays(d05.dueOn, -d05.extension)) : ''),
          期限说明: d05?.extension ? clip(d05.steps.join('；'), 160) : '',
          新的期限: x('newDueOn') || day(m.clocks.find((c) => c.rule === 'D05' && c.endedOn === null)?.dueOn),
          批准人: x('approver'),
        }
      case 'hearingNotice':
        return { ...hearing(), 携带材料: x('materials') || '身份证件、与事项有关的证据材料' }
      case 'hearingRecord':
        return { ...hearing(), 记录人: x('recorder'), 参加人: x('attendees'), 笔录: x('record', 'body') }
      case 'hearingConclusion':
        return {
          ...hearing(),
          查明的事实: x('facts'),
          听证结论: x('conclusion', 'body'),
          评议情况: x('deliberation'),
        }
      case 'handlingOpinion':
      case 'suggestionReply': {
        const o = m.opinionNow
        const all: Record<string, string> = {
          信访人请求: o?.request ?? '',
          查明的事实: o?.facts ?? '',
          理由: o?.reasons ?? '',
          处理意见: o?.opinion ?? '',
          依据: o?.legalBasis ?? '',
          救济途径: o?.remedy ?? '',
          逐项答复: claims(),
        }
        return all
      }
      case 'reviewRequest':
        return { ...asked('D07', 'handlingOpinion'), 复查机关: x('reviewOrgan', 'to') || s.town.superior }
      case 'recheckRequest':
        return { ...asked('D09', 'reviewOpinion'), 复核机关: x('reviewOrgan', 'to') }
      case 'reviewOpinion':
        return { ...answered('复查', 'handlingOpinion'), 救济途径: x('remedy') }
      case 'recheckOpinion':
        return { ...answered('复核', 'reviewOpinion'), 听证情况: x('hearing') }
      case 'serviceReceipt': {
        const d = m.documents.find((y) => y.id === extra.documentId)
        const party = m.parties.find((p) => p.id === extra.partyId)
        return {
          受送达人: party?.name || x('addressee') || petitioner,
          送达文书: x('documentTitle') || (d?.title ?? ''),
          送达文号: x('documentNumber') || (d?.number ?? ''),
          送达方式: serviceWays[x('way')] ?? '',
          送达地点: x('place'),
          送达日期: x('servedOn'),
          签收人:
            x('receiver') &&
            `${x('receiver')}${extra.relation && extra.relation !== 'self' ? `（${receiverRelations[extra.relation as keyof typeof receiverRelations] ?? ''}）` : ''}`,
          签收情况: extra.outcome === 'refused' ? '拒收' : extra.outcome === 'signed' ? '已签收' : '',
          见证人: x('witness'),
          凭证: [
            x('postNumber') && `邮件单号 ${x('postNumber')}`,
            extra.consent === true && '书面同意电子送达',
            x('proof'),
          ]
            .filter(Boolean)
            .join('；'),
          信访人意见: attitudes[x('attitude')] ?? '',
          备注: x('note'),
          送达人: who.name || organ,
        }
      }
      case 'completionReport': {
        const assigned = documentOf('assignLetter', 'forwardLetter')
        return {
          交办文号: x('assignNumber') || (assigned?.number ?? ''),
          查明的事实: x('facts') || (m.opinionNow?.facts ?? ''),
          处理结果: x('result') || (m.opinionNow?.opinion ?? ''),
          执行情况: x('execution', 'executed'),
          信访人的意见: x('view', 'petitionerView'),
          附件: x('attachments'),
        }
      }
      case 'supervisionNotice':
        return {
          督办情形: x('fault', 'faults'),
          情况: x('facts', 'situation'),
          要求: x('demand'),
          答复期限: x('answerBy', 'dueOn'),
        }
      case 'adviceLetter':
        return {
          建议类别: x('adviceKind', 'kinds'),
          问题: x('problem'),
          建议: x('advice'),
          反馈期限: x('feedbackBy', 'dueOn'),
        }
      case 'followUpRecord':
        return {
          回访日期: x('onDay'),
          回访人: `${who.post}${who.name}`,
          回访方式: contactWays[(extra.way as keyof typeof contactWays) ?? 'phone'] ?? '',
          联系情况: extra.reached ? '已联系上' : '未联系上',
          对信访办评价: rating(extra.ratingOffice),
          对承办单位评价: rating(extra.ratingUnit),
          评价原因: x('reasons'),
          执行情况:
            { done: '已执行', partly: '部分执行', notYet: '尚未执行', none: '没有需要执行的事项' }[x('executed')] ?? '',
          新的情况: x('newIssues'),
          告知救济: extra.remedyTold ? '已告知' : '',
        }
      case 'citizenLetter':
        return { 正文: x('body'), 下一步: x('next') }
      case 'closingReport':
        return {
          ...Object.fromEntries(
            m.tests.map((t) => [
              closingTests[t.test],
              t.confirmed ? `${t.answer}（关联证据 ${t.evidenceIds.length} 份）` : '',
            ]),
          ),
          受理日期: day(m.acceptedOn),
          送达日期: day(m.servedOn),
          办结日期: day(m.concludedOn),
          核验人: `${who.post}${who.name}`,
        }
      default:
        return {}
    }
  }
  // Words that a move or a correction gives for a tag of its own stand above what the matter says.
  const given = (extra.values ?? {}) as Record<string, unknown>
  const told = Object.fromEntries(
    entry.tags.map((t) => [t.name, said(given[t.name])]).filter(([, text]) => text !== ''),
  ) as Record<string, string>
  return { kind, title, organ, number, issuedOn, values: { ...common, ...values(), ...told }, extra }
}
