import fc from 'fast-check'
import { pinyin } from 'pinyin-pro'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { bigrams, initials, normalise, written } from './chinese.ts'
import { creditCodeFault, idNumberFault } from './identity.ts'
import { maskAddress, maskName, maskPhone, maskText } from './mask.ts'
import { cut, leftOut, text } from './text.ts'

describe('证件号', () => {
  test('标准样例通过，改一位不通过', () => {
    expect(idNumberFault('11010519491231002X')).toBeNull()
    expect(idNumberFault('440524188001010014')).toBeNull()
    expect(idNumberFault('440524188001010015')).toMatch(/校验码/)
    expect(idNumberFault('440524188013010014')).toMatch(/出生日期/)
    expect(creditCodeFault('91350100M000100Y43')).toBeNull()
    expect(creditCodeFault('91350100M000100Y44')).toMatch(/校验码/)
  })
  test('全角数字一样认', () => expect(idNumberFault('１１０１０５１９４９１２３１００２X')).toBeNull())
})

describe('遮盖', () => {
  test('姓名、电话、地址', () => {
    expect(maskName('王建国')).toBe('王*国')
    expect(maskName('张才')).toBe('张*')
    expect(maskName('欧阳明')).toBe('欧阳*')
    expect(maskName('𠮷田')).toBe('𠮷*')
    expect(maskPhone('138 1234 5678')).toBe('138****5678')
    expect(maskAddress('示范镇东柳庄12号')).toBe('示范镇***')
  })
  test('正文里的号码', () => {
    const t = maskText('我叫某某，身份证11010519491231002X，电话13812345678，车牌鲁J12345，卡号6222021234567890123。')
    expect(t).not.toMatch(/19491231|12345678|J12345|62220212/)
    for (const p of ['138 1234 5678', '138-1234-5678', '１３８１２３４５６７８', '138—1234—5678'])
      expect(maskText(`打${p}找我，0.3 亩，2025-12-31`)).toBe('打138****5678找我，0.3 亩，2025-12-31')
  })
  test('任何电话只露前三后四', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^1[3-9]\d{9}$/), (p) => {
        expect(maskPhone(p).slice(3, 7)).toBe('****')
      }),
    )
  })
  test('任何姓名都不全露', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'王李张刘陈明华建国英𠮷䶮'), minLength: 1, maxLength: 6 }),
        (n) => {
          expect(maskName(n)).not.toBe(n)
        },
      ),
    )
  })
})

describe('文字', () => {
  test('粘贴的杂质去掉，生僻字留下', () => {
    expect(normalise('\u200b１２３\u00a0𠮷䶮\r\n好\ufeff')).toBe('123 𠮷䶮\n好')
    // What a person said keeps its punctuation and signs.
    expect(written(' （一）①补偿５００㎡；𠮷䶮\u200b\r\n要求：复核！')).toBe('（一）①补偿500㎡；𠮷䶮\n要求：复核！')
  })
  test('两字切分按字不按码元', () => expect(bigrams('𠮷田庄，路灯')).toEqual(['𠮷田', '田庄', '路灯']))
  test('拼音首字母：与拼音库逐字给出的一样，标点不算', () => {
    expect(initials('东柳庄')).toBe('dlz')
    const words = fc.string({ unit: fc.constantFrom(...'东柳庄重庆银行长大会计嗯ňê𠮷䶮Ａa1，。 '), maxLength: 30 })
    const plain = (text: string) =>
      pinyin(text, { type: 'array' })
        .map((s) => String.fromCodePoint(s.normalize('NFD').codePointAt(0) ?? 0x20))
        .join('')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]/gu, '')
    fc.assert(
      fc.property(words, (text) => {
        expect(initials(text)).toBe(plain(text))
      }),
    )
  })
  test('截取按字不按码元', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'𠮷田庄a') }), fc.nat(12), (text, n) => {
        expect(cut(text, n)).toBe([...text].slice(0, n).join(''))
      }),
    )
  })
})

test('可以不填的：不填就没有，不用默认的补上', () => {
  const schema = z.object({ facts: text(5).default(''), key: z.boolean().default(false), n: z.int().min(1) })
  expect(leftOut(schema).parse({})).toEqual({})
  expect(leftOut(schema).parse({ facts: ' 甲 ', n: 2 })).toEqual({ facts: '甲', n: 2 })
  expect(leftOut(schema).safeParse({ n: 0 }).success).toBe(false)
})
