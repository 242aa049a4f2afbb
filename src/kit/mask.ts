import { normalise } from './chinese.ts'

const compound = [
  '欧阳',
  '司马',
  '上官',
  '诸葛',
  '东方',
  '皇甫',
  '尉迟',
  '公孙',
  '慕容',
  '令狐',
  '长孙',
  '司徒',
  '夏侯',
  '端木',
]

/** 王桂兰 → 王*兰, 张才 → 张*, 欧阳明 → 欧阳*; an organisation keeps its first two and last two. */
export const maskName = (name: string): string => {
  const points = [...name.trim()]
  if (points.length === 0) return ''
  if (points.length === 1) return '*'
  if (points.length > 4 && /(公司|厂|社|店|局|所|会|校|院|站|中心|合作社|部)$/.test(name))
    return `${points.slice(0, 2).join('')}**${points.slice(-2).join('')}`
  const surname = compound.find((c) => name.startsWith(c)) ?? points[0]!
  const rest = points.slice([...surname].length)
  return rest.length >= 2 ? `${surname}${'*'.repeat(rest.length - 1)}${rest.at(-1)}` : `${surname}*`
}

/** 13812341234 → 138****1234; anything else keeps its last two. */
export const maskPhone = (phone: string): string => {
  const digits = normalise(phone).replace(/[^\d]/g, '')
  if (digits === '') return ''
  return digits.length >= 11 ? `${digits.slice(0, 3)}****${digits.slice(-4)}` : `****${digits.slice(-2)}`
}

/** First four and last four stay: 3709**********0010. */
export const maskId = (id: string): string => {
  const t = normalise(id).toUpperCase()
  return t.length < 9 ? '*'.repeat(t.length) : `${t.slice(0, 4)}${'*'.repeat(t.length - 8)}${t.slice(-4)}`
}

/** No further than the town. */
export const maskAddress = (address: string): string => {
  const m = /^(.*?(?:镇|乡|街道))/.exec(address)
  return m ? `${m[1]}***` : address === '' ? '' : '***'
}

/** Free text with identity numbers, bank numbers, telephones and plates covered. */
export const maskText = (text: string): string =>
  text
    .replace(/(?<![0-9０-９])[1-9１-９][0-9０-９]{16}[0-9０-９Xxｘ](?![0-9０-９])/g, (m) => maskId(m))
    .replace(
      /(?<![0-9０-９])[0-9０-９]{16,19}(?![0-9０-９])/g,
      (m) => `${'*'.repeat([...m].length - 4)}${normalise([...m].slice(-4).join(''))}`,
    )
    // '138-1234-5678', too.
    .replace(/(?<![0-9０-９])[1１][3-9３-９][0-9０-９](?:[ 　\-－—·]?[0-9０-９]{4}){2}(?![0-9０-９])/g, (m) =>
      maskPhone(m),
    )
    .replace(
      /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·• ]?[A-HJ-NP-Z0-9]{5,6}/g,
      (m) => `${[...m].slice(0, 2).join('')}*****`,
    )

const machine = /^[0-9a-f-]{32,}$/i
/** All texts within, however deep, as `maskText`; ids and digests stay. */
export const maskWithin = <T>(value: T): T => {
  if (typeof value === 'string') return (machine.test(value) ? value : maskText(value)) as T
  if (Array.isArray(value)) return value.map(maskWithin) as T
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, maskWithin(v)])) as T
}
