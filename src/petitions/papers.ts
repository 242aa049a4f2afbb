import { type Block, catalogue, type DocumentKind, type PaperData } from '../documents/catalogue.ts'
import { type Day, formal } from '../kit/day.ts'
import type { Who } from '../people/roles.ts'
import { legalLimits } from './clocks.ts'
import { channels, claimResults, closingTests, contactWays, type Matter, ratings, routes } from './petition.ts'

export interface TownFacts {
  id: string
  code: string
  name: string
  shortName: string
  superior: string
  isFiction: boolean
}

const organOf = (town: TownFacts) => (/(政府|办事处|委员会)$/.test(town.name) ? town.name : `${town.name}人民政府`)
const text = (v: unknown) => (typeof v === 'string' ? v : '')
const addresseeOf = (m: Matter) => {
  const names = m.parties.filter((p) => p.role === 'petitioner' && p.name !== '').map((p) => p.name)
  return m.anonymous || names.length === 0
    ? '信访人'
    : names.length > 3
      ? `${names.slice(0, 3).join('、')}等${m.headCount}人`
      : `${names.join('、')}${m.headCount > names.length ? `等${m.headCount}人` : ''}`
}

/** The content of a paper from the matter and what only the move knows. Pure; the words are the law's. */
export const composePaper = (
  kind: DocumentKind,
  m: Matter,
  extra: Record<string, unknown>,
  who: Pick<Who, 'name' | 'post'>,
  s: { town: TownFacts; today: Day },
  number: string | null,
): PaperData => {
  const entry = catalogue[kind]
  const organ = organOf(s.town)
  const parts: Record<string, string> = {}
  const contact = text(extra.contact) || `${s.town.name}信访办`
  const received = formal(m.receivedOn)
  const come = `您（你们）于${received}以${channels[m.channel]}形式提出的信访事项（编号 ${m.number}）`
  let addressee = addresseeOf(m)
  let blocks: Block[] = []
  const query: Block = { type: 'qr', code: m.queryCode, number: m.number, path: `/c?n=${encodeURIComponent(m.number)}` }

  switch (kind) {
    case 'registrationReceipt':
      parts.诉求 = m.request
      blocks = [
        {
          type: 'fields',
          rows: [
            ['编号', m.number],
            ['信访人', addressee],
            ['信访形式', channels[m.channel]],
            ['收到日期', received],
            ['人数', `${m.headCount} 人`],
            ['诉求', m.request],
          ],
        },
        {
          type: 'text',
          text: `我们将在十五日内告知您由谁办理（${legalLimits.D02.article}）。受理后一般六十日内书面答复。`,
        },
        {
          type: 'text',
          text: '您可以凭编号和查询码查询进度、补充情况、评价工作；认为有关人员应当回避的，可以随时提出。请妥善保管本回执。',
        },
        query,
      ]
      break
    case 'acceptanceNotice': {
      const clock = m.clocks.find((c) => c.rule === 'D05' && c.endedOn === null)
      parts.诉求 = m.request
      parts.办理期限 = m.class === 'suggestion' ? '研究后答复' : clock ? formal(clock.dueOn) : ''
      parts.联系人 = contact
      blocks = [
        { type: 'text', text: `${come}收悉。经审查，决定予以受理。现将有关事项告知如下：` },
        {
          type: 'fields',
          rows: [
            ['受理的事项', m.request],
            [
              '办理路径',
              m.class === 'suggestion' ? '建议意见，研究后答复（第二十九条）' : routes[m.route ?? 'petitionProcedure'],
            ],
            ['受理日期', formal(s.today)],
            ['办结期限', parts.办理期限],
            ['联系人', contact],
          ],
        },
        ...(clock
          ? ([
              { type: 'heading', text: '为什么是这一天' },
              { type: 'steps', items: clock.steps },
            ] as Block[])
          : []),
        {
          type: 'text',
          text: '您认为承办人与本事项有直接利害关系的，可以申请其回避。您可以凭编号和查询码查询办理进度，办结后可以对信访部门和承办单位分别作出评价。',
        },
        query,
      ]
      break
    }
    case 'nonAcceptanceNotice':
      parts.理由 = [text(extra.ground), text(extra.detail)].filter(Boolean).join('。')
      parts.救济途径 = text(extra.remedy)
      blocks = [
        { type: 'text', text: `${come}收悉。经审查，依照${entry.basis}，决定不予受理。` },
        { type: 'heading', text: '理由' },
        { type: 'text', text: parts.理由 },
        { type: 'heading', text: '您可以这样做' },
        { type: 'text', text: parts.救济途径 },
        { type: 'text', text: '本事项已经登记在册；有新的事实或理由，可以再次提出。' },
      ]
      break
    case 'guidanceNotice':
      parts.途径 = m.route ? routes[m.route] : ''
      parts.办理机关 = text(extra.where)
      parts.怎样提出 = text(extra.how)
      blocks = [
        { type: 'text', text: `${come}收悉。经审查，该事项应当通过法定途径处理（${entry.basis}）。` },
        {
          type: 'fields',
          rows: [
            ['法定途径', parts.途径],
            ['受理机关', parts.办理机关],
            ['怎样提出', parts.怎样提出],
            ['时限', text(extra.timeLeft)],
          ],
        },
        { type: 'text', text: '法定途径有时间限制，请尽早提出。有困难的，可以向镇司法所申请法律援助。' },
      ]
      break
    case 'forwardLetter':
    case 'assignLetter': {
      addressee = text(extra.unitName)
      parts.理由 = text(extra.reason)
      parts.期限 = typeof extra.limitOn === 'string' ? formal(extra.limitOn as Day) : ''
      blocks = [
        {
          type: 'text',
          text: `现将信访事项（编号 ${m.number}）${kind === 'assignLetter' ? '交' : '转送'}你单位依法办理。`,
        },
        {
          type: 'fields',
          rows: [
            ['诉求', m.request],
            ['事实和理由', m.facts],
            ['转由你单位办理的理由', parts.理由],
            ['办结并报告的期限', parts.期限],
          ],
        },
        {
          type: 'text',
          text: `请自收到之日起十五日内决定是否受理并书面告知信访人；不属于你单位职权的，自收到之日起五个工作日内提出异议并说明理由（${legalLimits.D04.article}）。`,
        },
        ...(kind === 'assignLetter'
          ? ([{ type: 'text', text: '办结后请提交办结报告，写明事实、处理结果、执行情况和信访人的意见。' }] as Block[])
          : []),
      ]
      break
    }
    case 'whereSentNotice':
      parts.去向 = text(extra.unitName)
      blocks = [
        {
          type: 'text',
          text: `${come}收悉。经审查，该事项属于${parts.去向}职权，已于${formal(s.today)}转送该单位办理。`,
        },
        { type: 'text', text: '该单位将自收到之日起十五日内告知您是否受理。' },
        query,
      ]
      break
    case 'objectionLetter':
      addressee = `${s.town.name}信访办`
      parts.理由 = text(extra.reason)
      blocks = [
        { type: 'text', text: `贵办转送的信访事项（编号 ${m.number}）收悉。经审查，我单位认为不属于本单位职权。` },
        {
          type: 'fields',
          rows: [
            ['理由', parts.理由],
            ['建议转送', text(extra.suggest)],
          ],
        },
      ]
      break
    case 'extensionNotice': {
      const clock = m.clocks.find((c) => c.rule === 'D05' && c.endedOn === null)
      parts.延期理由 = text(extra.reason)
      parts.新的期限 = clock ? formal(clock.dueOn) : ''
      parts.批准人 = text(extra.approver)
      blocks = [
        {
          type: 'text',
          text: `${come}情况复杂，不能在原期限内办结。依照${entry.basis}，经本机关负责人批准，延长办理期限 ${String(extra.days)} 日。`,
        },
        {
          type: 'fields',
          rows: [
            ['延期理由', parts.延期理由],
            ['新的办结期限', parts.新的期限],
            ['批准人', parts.批准人],
          ],
        },
        ...(clock ? ([{ type: 'steps', items: clock.steps }] as Block[]) : []),
      ]
      break
    }
    case 'handlingOpinion':
    case 'suggestionReply': {
      const o = m.opinionNow
      parts.信访人请求 = o?.request ?? ''
      parts.查明的事实 = o?.facts ?? ''
      parts.理由 = o?.reasons ?? ''
      parts.处理意见 = o?.opinion ?? ''
      parts.依据 = o?.legalBasis ?? ''
      parts.救济途径 = o?.remedy ?? ''
      parts.逐项答复 = m.claims.length > 0 && m.claims.every((c) => c.result !== null && c.answer !== '') ? '有' : ''
      const section = (title: string, body: string): Block[] =>
        body === ''
          ? []
          : [
              { type: 'heading', text: title },
              { type: 'text', text: body },
            ]
      blocks = [
        { type: 'text', text: `${come}，经调查核实，现${kind === 'suggestionReply' ? '答复' : '作出处理意见'}如下：` },
        ...section('一、信访人请求', parts.信访人请求),
        ...section('二、查明的事实', parts.查明的事实),
        ...section('三、理由', parts.理由),
        { type: 'heading', text: '四、逐项答复' },
        {
          type: 'claims',
          rows: m.claims.map((c) => ({
            body: c.body,
            result: c.result ? claimResults[c.result] : '',
            answer: c.answer,
            basis: c.basis,
          })),
        },
        ...section('五、处理意见', parts.处理意见),
        ...section('六、依据', parts.依据),
        ...(kind === 'handlingOpinion' ? section('七、救济途径', parts.救济途径) : []),
      ]
      break
    }
    case 'followUpRecord': {
      addressee = ''
      parts.回访日期 = typeof extra.onDay === 'string' ? formal(extra.onDay as Day) : ''
      parts.回访人 = `${who.post}${who.name}`
      const rate = (v: unknown) =>
        typeof v === 'string' && v in ratings ? ratings[v as keyof typeof ratings] : '未评价'
      blocks = [
        {
          type: 'fields',
          rows: [
            ['编号', m.number],
            ['事项', m.title],
            ['信访人', addresseeOf(m)],
            ['回访日期', parts.回访日期],
            ['回访方式', contactWays[(extra.way as keyof typeof contactWays) ?? 'phone']],
            ['是否联系上', extra.reached ? '已联系上' : '未联系上'],
            ['对信访办', rate(extra.ratingOffice)],
            ['对承办单位', rate(extra.ratingUnit)],
            ['原因', text(extra.reasons)],
            [
              '意见执行情况',
              { done: '已执行', partly: '部分执行', notYet: '尚未执行', none: '没有需要执行的事项' }[
                text(extra.executed)
              ] ?? '',
            ],
            ['新的情况', text(extra.newIssues)],
            ['救济途径', extra.remedyTold ? '已告知' : ''],
            ['回访人', parts.回访人],
          ],
        },
      ]
      break
    }
    case 'closingReport':
      addressee = ''
      for (const t of m.tests) parts[closingTests[t.test]] = t.confirmed ? t.answer : ''
      blocks = [
        {
          type: 'fields',
          rows: [
            ['编号', m.number],
            ['事项', m.title],
            ['收到日期', received],
            ['受理日期', m.acceptedOn ? formal(m.acceptedOn) : ''],
            ['送达日期', m.servedOn ? formal(m.servedOn) : ''],
            ['办结日期', m.concludedOn ? formal(m.concludedOn) : ''],
          ],
        },
        { type: 'heading', text: '结案标准' },
        {
          type: 'fields',
          rows: m.tests.map(
            (t) => [closingTests[t.test], `${t.answer}（关联证据 ${t.evidenceIds.length} 份）`] as [string, string],
          ),
        },
        { type: 'text', text: `核验人：${who.post}${who.name}。四项标准均成立，准予销号。` },
      ]
      break
  }
  return { kind, title: entry.title, organ, number, addressee, blocks, issuedOn: s.today, contact, parts }
}
