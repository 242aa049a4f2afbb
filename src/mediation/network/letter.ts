import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { type Day, formal } from '../../kit/day.ts'
import { DayText } from '../../petitions/petition.ts'
import type { Duty } from './network.ts'

/** 诚信责任书: one for grid workers, one for mediators. */
export const letterKinds = { grid: '网格员', mediator: '调解员' } as const
export type LetterKind = keyof typeof letterKinds
export const signWays = { phone: '手机签署', paper: '纸质签字，已扫描' } as const

/** Who signs which letter; invited experts sign none. */
export const letterFor = (duty: Duty): LetterKind | null =>
  duty === 'grid' ? 'grid' : duty === 'expert' ? null : 'mediator'

/** The text offered when a letter is issued; an office may change it before, never after. Sources: 人民调解法第十五条，网格服务要求. */
export const letterText = (kind: LetterKind, town: string, from: Day, to: Day): string =>
  [
    `为落实矛盾纠纷预防化解责任，本人作为${town}${letterKinds[kind]}，承诺在 ${formal(from)}至 ${formal(to)}任期内：`,
    ...(kind === 'grid'
      ? [
          '一、范围。常到本网格各户走动，矛盾纠纷早发现、早报告，能当场化解的当场化解，化解不了的当日上报村调解点。',
          '二、时限。接到群众反映，二十四小时内回应；有人身危险的，立即报告公安机关和村、镇。',
        ]
      : [
          '一、范围。在当事人自愿、平等的基础上依法调解，不收取任何费用，不强迫调解，不阻止当事人通过仲裁、行政、司法途径维护权利。',
          '二、时限。受理后三十日内调解；达不成协议的，告知其他途径，不久拖不决。',
        ]),
    '三、保密。不泄露当事人的个人隐私和商业秘密，不把一方单独说的话告诉另一方。',
    '四、廉洁公正。不偏袒一方当事人，不侮辱当事人，不索取、收受财物或者牟取其他不正当利益；与纠纷有利害关系的，主动回避。',
    '五、不打击报复。不因群众反映问题、拒绝调解或者批评监督而刁难、报复任何人。',
    '六、有上述禁止行为的，接受批评教育、责令改正；情节严重的，接受罢免或者解聘（人民调解法第十五条）。',
  ].join('\n')

export const LetterInput = z.object({
  kind: codes(letterKinds),
  title: z.string().trim().min(1, '请填写标题').max(60),
  body: z.string().trim().min(100, '责任书的内容太短').max(5000, '不能超过 5000 字'),
  fromOn: DayText,
  toOn: DayText,
})
export type LetterInput = z.infer<typeof LetterInput>

/** What is wrong with the days of a new letter; terms of one kind do not overlap by more than the renewal takes. */
export const letterRefusal = (given: Pick<LetterInput, 'fromOn' | 'toOn'>, today: Day): string | null =>
  given.toOn <= given.fromOn ? '任期的止日应当晚于起日' : given.toOn <= today ? '任期已经过去，不必再签' : null

/** Why this person can't sign; the text must have been opened first, and the name typed is the own one. */
export const signRefusal = (
  letter: { toOn: Day },
  signing: { readAt: string | null; signedOn: Day | null },
  given: { name: string; own: string },
  today: Day,
): string | null =>
  signing.signedOn
    ? `已于 ${signing.signedOn} 签署`
    : letter.toOn <= today
      ? '这份责任书的任期已满，请签新的一份'
      : signing.readAt === null
        ? '请先打开责任书读完，再签署'
        : given.name.trim() !== given.own
          ? '请输入本人姓名，与登记的姓名一致'
          : null

/** Whose name stands in a file's name, when it is one person's and nobody else's; a person still says so. */
export const namedIn = <T extends { name: string }>(file: string, people: readonly T[]): T | null => {
  const bare = file.replace(/\s/g, '')
  const there = people.filter((p) => p.name.length > 1 && bare.includes(p.name))
  // 李四 is not meant where the file says 李四海.
  const whole = there.filter((p) => !there.some((x) => x.name !== p.name && x.name.includes(p.name)))
  return whole.length === 1 ? whole[0]! : null
}

/** What is hashed when somebody signs: the very text, who, when and how. */
export const signedText = (letter: { title: string; body: string }, name: string, on: Day, how: string): string =>
  [letter.title, letter.body, name, on, how].join('\n')
