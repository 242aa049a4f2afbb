import { normalise, written } from '../../kit/chinese.ts'
import { type Day, daysBetween, isDay } from '../../kit/day.ts'
import { creditCodeFault, idNumberFault, lastFour } from '../../kit/identity.ts'
import { type channels, idTypes, representativesOf } from '../petition.ts'

/** One person on the registration form, as typed. */
export interface Person {
  role: 'petitioner' | 'agent' | 'guardian'
  kind: 'person' | 'organization'
  name: string
  phone: string
  address: string
  idType: string
  idLast4: string
  idChecked: boolean
  isRepresentative: boolean
  eService: boolean
  actsFor: string
}

/** What is wrong with a phone number as typed (mobile, landline with or without area code, hotline), or null. */
export const phoneFault = (raw: string): string | null => {
  const text = normalise(raw)
    .replace(/[\s-]/g, '')
    .replace(/^\+?86(?=1\d{10}$)/, '')
  if (text === '') return null
  if (!/^\d+$/.test(text)) return '电话只能是数字'
  if (/^1/.test(text) && text.length >= 8)
    return text.length === 11
      ? /^1[3-9]/.test(text)
        ? null
        : '手机号的前两位不对'
      : `手机号应为 11 位，现在 ${text.length} 位`
  if (/^(0\d{2,3})?\d{7,8}$/.test(text) || /^(400|800)\d{7}$/.test(text)) return null
  return '电话的位数不对，请核对'
}

/** The phone as it is kept: half-width digits, no country code. */
export const cleanPhone = (raw: string): string =>
  normalise(raw)
    .replace(/[\s-]/g, '')
    .replace(/^\+?86(?=1\d{10}$)/, '')

/**
 * A document number as typed or read by a card reader. Only its last four characters are kept (个人信息保护法第六条),
 * the whole number is checked and then forgotten. The kind is recognised when it can be.
 */
export const readIdTyped = (raw: string, type: string): { last4: string; type: string; fault: string | null } => {
  const text = normalise(raw).replace(/\s/g, '').toUpperCase()
  if (text === '') return { last4: '', type, fault: null }
  const four = lastFour(text)
  if (text.length === 18 && /^\d{17}[\dX]$/.test(text) && type !== 'uscc')
    return { last4: four, type: 'id', fault: idNumberFault(text) }
  if (text.length === 18) return { last4: four, type: 'uscc', fault: creditCodeFault(text) }
  if (!/^[0-9A-Z]+$/.test(text)) return { last4: '', type, fault: '证件号只能是数字和字母' }
  if (text.length < 4) return { last4: text, type, fault: '请填证件号，或其后四位' }
  if (text.length === 4) return { last4: four, type, fault: null }
  if (type === '' || type === 'id') return { last4: four, type, fault: `身份证号应为 18 位，现在 ${text.length} 位` }
  return { last4: four, type, fault: null }
}

/** Names pasted at once, one a line or with commas: 王建国、李秀英. One name gives one. */
export const namesPasted = (raw: string): string[] => {
  const parts = normalise(raw)
    .split(/[、,，;；\t\n]+|\s{2,}/)
    .map((s) => s.replace(/^\d+[.、)]?/, '').trim())
    .filter(Boolean)
  return parts.length > 1 && parts.every((p) => [...p].length <= 12) ? parts : [normalise(raw)]
}

/** Each line of the request as a claim to be answered by itself; a long text without clear lines stays one. */
export const claimsOf = (request: string): string[] => {
  const lines = written(request)
    .split('\n')
    .map((x) =>
      x
        .replace(/^\s*(?:\d+[.、)）．]|[①-⑳]|[（(][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十]+、)\s*/, '')
        .trim(),
    )
    .filter(Boolean)
  return lines.length > 1 && lines.length <= 12 && lines.every((l) => [...l].length <= 300) ? lines : []
}

/** What is read back to the petitioner (条例第十九条): the record in plain sentences. */
export const readBackText = (d: { people: Person[]; request: string; facts: string }): string[] => {
  const names = d.people.filter((p) => p.role === 'petitioner' && p.name.trim()).map((p) => p.name.trim())
  const claims = claimsOf(d.request)
  return [
    `${names.length ? `${names.join('、')}，` : ''}您的诉求记录如下，请您听一听有没有记错、记漏。`,
    ...(claims.length ? claims.map((c, i) => `第 ${i + 1} 项：${c}`) : [`您要求：${written(d.request)}`]),
    ...(written(d.facts) ? [`您说的事实和理由是：${written(d.facts)}`] : []),
    '以上记录对不对？对的话，我就登记了。',
  ]
}

/** A day so long ago that it is more likely a slip: lawful, but the limits run from it. */
export const longAgo = (receivedOn: string, today: Day): string | undefined => {
  const days = isDay(receivedOn) ? daysBetween(receivedOn, today) : 0
  return days > 365 ? `距今 ${Math.floor(days / 365)} 年多，期限从这一天起算，请核对` : undefined
}

/** What can be said to be wrong while typing, by field; a person's by `people.0.phone`. Empty fields are not yet wrong. */
export const faultsWhileTyping = (
  d: {
    people: Person[]
    receivedOn: string
    headCount: number
    channel: keyof typeof channels | string
    idFaults: Record<number, string>
  },
  today: Day,
): Record<string, string> => {
  const out: Record<string, string> = {}
  d.people.forEach((p, i) => {
    const phone = phoneFault(p.phone)
    if (phone) out[`people.${i}.phone`] = phone
    if (d.idFaults[i]) out[`people.${i}.id`] = d.idFaults[i]
    if (p.idLast4 && !p.idType && !d.idFaults[i])
      out[`people.${i}.id`] = `请选择证件种类：${Object.values(idTypes).slice(1).join('、')}`
    if (
      p.role !== 'petitioner' &&
      p.name.trim() &&
      !p.actsFor.trim() &&
      d.people.filter((x) => x.role === 'petitioner').length > 1
    )
      out[`people.${i}.actsFor`] = '请写明代谁'
  })
  if (!isDay(d.receivedOn)) out.receivedOn = '日期没有看懂，请写作 2026-11-23 或 11.23'
  else if (d.receivedOn > today) out.receivedOn = '收到日期不能晚于今天'
  const petitioners = d.people.filter((p) => p.role === 'petitioner' && p.name.trim()).length
  if (d.headCount < petitioners) out.headCount = `人数不能少于已填写的信访人（${petitioners} 人）`
  const representatives = representativesOf(d.people)
  if (representatives > 5)
    out.parties = `代表现有 ${representatives} 人，不能超过 5 人（第二十条）；其余人员填为信访人即可`
  const agents = d.people.filter((p) => p.role === 'agent').length
  if (agents > 2) out.parties = '代理人为一至二人'
  return out
}
