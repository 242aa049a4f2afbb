import fc from 'fast-check'
import { expect, test } from 'vitest'
import { strike } from './strike.ts'

const known = { people: ['王建国', '赵六', '欧阳明'], places: ['东庄村', '南岭管区', '东庄村第一网格'] }
const of = (text: string) => strike(text, known).text

test('名册里的姓名、村名，怎么写都划去；村名省了“村”字也认得', () => {
  expect(of('王建国和 王 建 国、赵六在东庄种地，东庄村的路坏了')).toBe('某某和 某某、某某在某地种地，某地的路坏了')
})

test('名册里的村名后面多写一个“村”字，一起划去；动词加“村”不是村名', () => {
  const hill = { people: [], places: ['孟家滩'] }
  expect(strike('反映孟家滩村南有人占用耕地', hill)).toEqual({
    text: '反映某地南有人占用耕地',
    struck: [{ kind: 'place', text: '孟家滩村' }],
  })
  expect(strike('孟家滩村民反映', hill).text).toBe('某地村民反映')
  for (const text of ['要求修复村东生产路和报废机井', '请清理村西水沟，硬化村口道路'])
    expect(strike(text, hill)).toEqual({ text, struck: [] })
})

test('号码：身份证、手机、座机、银行卡、车牌、编号、文号、微信、邮箱、中文数字；钱数和面积留着', () => {
  for (const number of [
    '11010119900307123X',
    '１３８００００１２３４',
    '0538-1234567',
    '6228 4800 1234 5678 901',
    '鲁A12345',
    'XF2026-0001',
    '宫信〔2026〕12号',
    '微信号：wang_1988',
    'a.b@example.com',
    'https://example.com/a?b=1',
    '幺三八零零零零幺二三四',
  ]) {
    const left = of(`请联系${number}。`)
    expect(left, number).toContain('（略）')
    expect(left.replace(/（略）|请联系|。/g, ''), number).toBe('')
  }
  expect(of('补偿 123456.78 元，面积 12000 平方米，60 天内')).toBe('补偿 123456.78 元，面积 12000 平方米，60 天内')
})

test('名册以外的人、单位和地方：称呼、叫法、马赛克写法、门牌、小组、公司', () => {
  expect(of('找到李书记和陈主任')).toBe('找到某某书记和某某主任')
  expect(of('村民张三反映邻居刘大山占路')).toBe('村民某某反映邻居某某占路')
  expect(of('我叫司马光，老王和王某某、李*华都在')).not.toMatch(/司马|老王|王某|李|华/)
  expect(of('欠宏达建材有限公司的钱')).toBe('欠某单位的钱')
  expect(of('住在李家沟村，幸福路12号3单元，第三村民小组')).not.toMatch(/李家沟|幸福|12|第三/)
})

test('普通的话不动', () => {
  for (const text of [
    '要求修好村里的路灯，方便村民出行。',
    '建议本村的道路两边多种树，全村群众高度重视安全。',
    '低保为什么停了？请解释政策依据。',
    '希望镇里安排时间把水沟清理干净，解决浇地问题。',
    '经查，情况属实，已由自然资源所督促整改。',
  ])
    expect(of(text)).toBe(text)
})

const surname = fc.constantFrom('王', '李', '张', '刘', '陈', '欧阳', '诸葛')
const sign = fc.constantFrom('建', '国', '秀', '英', '德', '兰', '强', '梅', '玉', '山')
const person = fc.tuple(surname, fc.array(sign, { minLength: 1, maxLength: 2 })).map(([s, g]) => s + g.join(''))
const place = fc.constantFrom('柳沟村', '大王庄', '石桥社区', '北坡管区')
const digits = (min: number, max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((a) => a.join(''))
const filler = fc.constantFrom('要求', '，', '修路', '和', '。', '在', '家的地被占', '电话', '、', ' ', '多次', '\n')

test('任何一段话：名册里的姓名、地点和五位以上的号码都出不去；再划一遍也没有可划的', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(filler, person, place, digits(7, 19)), { maxLength: 14 }),
      fc.array(person, { maxLength: 4 }),
      (parts, others) => {
        const people = [...parts.filter((p) => /^(?:王|李|张|刘|陈|欧阳|诸葛)/.test(p)), ...others]
        const places = ['柳沟村', '大王庄', '石桥社区', '北坡管区']
        const once = strike(parts.join(''), { people, places })
        const bare = once.text.replace(/\s/g, '')
        for (const p of people) expect(bare).not.toContain(p)
        for (const p of places) expect(bare).not.toContain(p)
        expect(bare).not.toMatch(/\d{5}/)
        expect(strike(once.text, { people, places })).toEqual({ text: once.text, struck: [] })
      },
    ),
    { numRuns: 500 },
  )
})
