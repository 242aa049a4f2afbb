import { normalise } from '../kit/chinese.ts'

/** What stands on a household card (便民服务咨询卡, domain reference §7.8): the office's people and ways, nothing of the household. */
export interface CardContent {
  village: string
  /** 村信访信息员, 网格员, 调解员: name and telephone as the staff record has them. */
  people: { post: string; name: string; phone: string }[]
  hotline: string
  hours: string
  address: string
  legalAid: string
}
export interface Contacts {
  hotline: string
  hours: string
  address: string
  legalAid: string
}
export const noContacts: Contacts = { hotline: '', hours: '', address: '', legalAid: '' }

type Person = CardContent['people'][number] & { staffId: string | null }
/** Those of the village, then its mediators; who is both stands there once, with both posts. */
export const peopleOf = (village: readonly Person[], mediators: readonly Person[]): CardContent['people'] => {
  const out: (Person & { posts: string[] })[] = []
  for (const p of [...village.filter((x) => x.post !== '网格员'), ...mediators, ...village]) {
    const had = out.find((x) => (p.staffId ? x.staffId === p.staffId : x.name === p.name && x.phone === p.phone))
    if (!had) out.push({ ...p, posts: [p.post] })
    else if (!had.posts.includes(p.post)) had.posts.push(p.post)
  }
  return out.map((p) => ({ post: p.posts.join('、'), name: p.name, phone: p.phone }))
}

export const cardStates = { none: '未印', valid: '有效', changed: '内容已变，需要重印' } as const
export type CardState = keyof typeof cardStates

const same = (a: CardContent, b: CardContent) => changesOf(a, b).length === 0

/** What on the printed card is no longer so, in words; empty when it still holds. */
export const changesOf = (printed: CardContent, now: CardContent): string[] => {
  const out: string[] = []
  const line = (p: CardContent['people'][number]) => `${p.post}${p.name}${p.phone ? ` ${p.phone}` : ''}`
  const before = new Set(printed.people.map(line))
  const after = new Set(now.people.map(line))
  for (const l of before) if (!after.has(l)) out.push(`卡上的“${l}”已经不对`)
  for (const l of after) if (!before.has(l)) out.push(`卡上没有“${l}”`)
  for (const [k, name] of [
    ['village', '村名'],
    ['hotline', '电话'],
    ['hours', '接待时间'],
    ['address', '地址'],
    ['legalAid', '法律援助电话'],
  ] as const)
    if (printed[k] !== now[k]) out.push(`${name}由“${printed[k]}”改为“${now[k]}”`)
  return out
}

export const stateOf = (printed: CardContent | null, now: CardContent): CardState =>
  printed === null ? 'none' : same(printed, now) ? 'valid' : 'changed'

export const mostCopies = 5000

/** How many cards each village gets, by lines of village and number pasted from a sheet; what is wrong is said line by line. */
export const copiesIn = (
  text: string,
  villages: readonly { villageId: string; village: string }[],
): { copies: { villageId: string; copies: number }[]; wrong: string[] } => {
  const copies = new Map<string, number>()
  const wrong: string[] = []
  for (const line of normalise(text).split('\n')) {
    const [name = '', number = ''] = line.trim().split(/[\t,，、:：\s]+/)
    // A head, or nothing.
    if (name === '' || /^(村|村名|行政村)$/.test(name)) continue
    const found = villages.find((v) => v.village === name)
    const n = Number(number.replace(/(户|张)$/, ''))
    if (!found) wrong.push(`本镇没有“${name}”`)
    else if (number === '' || !Number.isInteger(n) || n < 1 || n > mostCopies)
      wrong.push(`“${name}”的张数请填 1 到 ${mostCopies}`)
    else if (copies.has(found.villageId)) wrong.push(`“${name}”写了两次`)
    else copies.set(found.villageId, n)
  }
  return { copies: [...copies].map(([villageId, n]) => ({ villageId, copies: n })), wrong }
}

/** Sheets of A4 with ten cards each: for each village its copies, a new village beginning where the last one ended. */
export const sheetsOf = <T>(cards: readonly { card: T; copies: number }[], perSheet = 10): T[][] => {
  const all = cards.flatMap((c) => Array.from({ length: c.copies }, () => c.card))
  return Array.from({ length: Math.ceil(all.length / perSheet) }, (_, i) => all.slice(i * perSheet, (i + 1) * perSheet))
}
