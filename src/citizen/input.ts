import { z } from 'zod'
import { normalise } from '../kit/chinese.ts'
import type { Day } from '../kit/day.ts'
import { Invalid } from '../kit/errors.ts'
import { firstSentence } from '../kit/fields.ts'
import { ownWord } from '../petitions/register/before.ts'
import { RegisterInput } from '../petitions/register/move.ts'
import { type Asked, linkOf } from './ask.ts'

/** How much one form brings. */
export const filesAtOnce = 9
export const megabytesAFile = 20

/** Texts of a public form: what a browser sends, all strings. */
export type Texts = Record<string, string>

/** Who can't write speaks: the office listens, and writes down what was said (第十九条：口头提出的，应当记录). */
const heard = (n: number) => `见录音（${n} 段）。信访人没有写字，请听录音后照录`

/** Lines of a form as the registration takes them. Throws Invalid naming each field of the form. */
export const registrationOf = (
  v: Texts,
  today: Day,
  spoken = 0,
  asked: Asked | null = null,
): z.infer<typeof RegisterInput> => {
  const wrong: Texts = {}
  const said = (k: string) => (v[k] ?? '').trim()
  const anonymous = v.anonymous === '1'
  const name = normalise(said('name'))
  const forWhom = normalise(said('forWhom'))
  const representatives = normalise(said('representatives'))
    .split(/[、,，;；\s]+/)
    .filter(Boolean)
  const request = said('request') || (spoken > 0 ? heard(spoken) : '')
  if (!request) wrong.request = '请写下您要求解决什么，或者录一段话'
  if (!anonymous && !name) wrong.name = '请填写姓名；不愿留名的请勾选“匿名”'
  const count = said('headCount') === '' ? 1 : Number(normalise(said('headCount')))
  if (!Number.isInteger(count) || count < 1 || count > 100_000) wrong.headCount = '人数请填写数字，例如 12'
  if (representatives.length > 5) wrong.representatives = '代表最多 5 人（《信访工作条例》第二十条）'
  const phone = normalise(said('phone'))
  if (phone && !/^[\d\s+()-]{5,20}$/.test(phone)) wrong.phone = '手机号只填数字'
  if (said('villageId') && !z.uuid().safeParse(said('villageId')).success) wrong.villageId = '请重新选择村'
  if (Object.keys(wrong).length) throw new Invalid(Object.values(wrong)[0]!, wrong)
  const eService = v.eService === '1'
  const party = (more: object) => ({ phone: '', ...more })
  const parties = anonymous
    ? []
    : [
        ...(forWhom
          ? [
              party({ name: forWhom, role: 'petitioner', eService }),
              party({ name, phone, role: 'agent', actsFor: forWhom, note: '网上代为反映，委托待核对' }),
            ]
          : [party({ name, phone, role: 'petitioner', eService, isRepresentative: representatives.includes(name) })]),
        ...representatives
          .filter((r) => r !== name && r !== forWhom)
          .map((r) => party({ name: r, role: 'petitioner', isRepresentative: true })),
      ]
  const { before, toId } = asked ? linkOf(asked, anonymous) : { before: null, toId: null }
  const parsed = RegisterInput.safeParse({
    channel: 'online',
    receivedOn: today,
    request,
    facts: said('facts'),
    anonymous,
    confidential: v.confidential === '1',
    headCount: Math.max(count, parties.filter((p) => (p as { role?: string }).role === 'petitioner').length, 1),
    villageId: said('villageId') || null,
    place: said('place'),
    parties,
    class: ['claim', 'suggestion', 'accusation'].includes(said('kind')) ? said('kind') : 'claim',
    links: toId ? [{ toId, kind: 'repeat', note: ownWord }] : [],
    before,
  })
  if (!parsed.success) {
    for (const i of parsed.error.issues) wrong[String(i.path[0])] ??= i.message
    throw new Invalid(firstSentence(wrong), wrong)
  }
  return parsed.data
}
