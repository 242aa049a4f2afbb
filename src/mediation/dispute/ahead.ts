import { catalogue, type PaperData } from '../../documents/catalogue.ts'
import type { Day } from '../../kit/day.ts'
import { composeDispute, type DossierKind, type PaperFacts } from './compose.ts'
import { confirmRefusal } from './confirm.ts'
import { type Dispute, principals, standing, toSign } from './dispute.ts'

/** A paper to be signed or handed over before the step it belongs to can be recorded. */
export interface Ahead {
  kind: DossierKind
  about: string
  title: string
}

/** What may be printed ahead now, with what is known filled in: application and rights before it is taken up, the draft agreement, the joint application to the court. */
export const aheadOf = (d: Dispute, today: Day): Ahead[] => {
  const paper = (kind: DossierKind, about = ''): Ahead => ({ kind, about, title: catalogue[kind].title })
  const draft = toSign(d)
  return [
    ...(d.state === 'registered'
      ? [
          paper(d.origin === 'application' ? 'mediationApplication' : 'mediationIntake'),
          ...(d.rightsToldOn === null ? [paper('mediationRights')] : []),
          ...d.parties
            .filter((p) => p.role === 'agent')
            .map((p) => ({ ...paper('mediationAuthority', String(p.n)), title: `授权委托书（${p.name}）` })),
        ]
      : []),
    ...(draft ? [paper('mediationAgreement', String(draft.n))] : []),
    ...standing(d)
      .filter((a) => confirmRefusal(a) === null && a.confirm === null && a.confirmBy !== null && a.confirmBy >= today)
      .map((a) => paper('confirmationApplication', String(a.n))),
  ]
}

const someDay = '　　　　年　　月　　日'
const room = '＿＿＿＿＿＿＿＿'
/** The paper itself: what is not decided yet is room to write in. */
export const composeAhead = ({ kind, about }: Pick<Ahead, 'kind' | 'about'>, d: Dispute, f: PaperFacts): PaperData => {
  const data = composeDispute(kind, d, f, about)
  const open: Record<string, string> =
    kind === 'mediationAgreement'
      ? {
          各方签名: principals(d)
            .map((p) => `${p.name}：${room}　${someDay}`)
            .join('\n'),
          调解员: d.mediatorIds.map(() => room).join('　') || room,
          生效日期: someDay,
        }
      : kind === 'mediationRights'
        ? { 告知方式: '□口头　　□书面', 告知日期: someDay, 公开: '□公开进行　　□不公开进行' }
        : kind === 'mediationIntake'
          ? { 受理日期: someDay }
          : kind === 'confirmationApplication'
            ? { 受理法院: `${room}人民法院` }
            : {}
  return { ...data, values: { ...data.values, ...open, 成文日期: someDay } }
}
