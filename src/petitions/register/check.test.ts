import { expect, test } from 'vitest'
import type { Day } from '../../kit/day.ts'
import { typedDay } from '../../kit/typed-day.ts'
import {
  claimsOf,
  cleanPhone,
  faultsWhileTyping,
  longAgo,
  namesPasted,
  type Person,
  phoneFault,
  readBackText,
  readIdTyped,
} from './check.ts'
import { titleOf } from './move.ts'

const today = '2026-11-24' as Day
const person = (more: Partial<Person> = {}): Person => ({
  role: 'petitioner',
  kind: 'person',
  name: '',
  phone: '',
  address: '',
  idType: '',
  idLast4: '',
  idChecked: false,
  isRepresentative: false,
  eService: false,
  actsFor: '',
  ...more,
})

test('日期怎样写都认得：全角数字、点、斜线、年月日、八位数、昨天', () => {
  for (const text of [
    '2026-11-23',
    '20261123',
    '2026年11月23日',
    '11.23',
    '11/23',
    '１１．２３',
    '11月23日',
    '1123',
    '23',
    '昨天',
    '26.11.23',
  ])
    expect(typedDay(text, today), text).toBe('2026-11-23')
  expect(typedDay('12.31', today)).toBe('2025-12-31')
  expect(typedDay('前天', today)).toBe('2026-11-22')
  for (const text of [
    '',
    '2.30',
    '明天',
    '13月1日',
    '2026-02-30',
    '123',
    '下周',
    '__proto__',
    'constructor',
    'valueOf',
  ])
    expect(typedDay(text, today), text).toBeNull()
  // 期限、请假这样的日子往后看：没有写年份的，是最近的将来
  for (const [text, day] of [
    ['11.25', '2026-11-25'],
    ['11.23', '2027-11-23'],
    ['1.5', '2027-01-05'],
    ['明天', '2026-11-25'],
    ['2026-11-20', '2026-11-20'],
  ] as const)
    expect(typedDay(text, today, true), text).toBe(day)
  expect(typedDay('昨天', today, true)).toBeNull()
})

test('电话：全角和空格不算错，位数不对当场说', () => {
  for (const text of [
    '',
    '13800001234',
    '１３８００００１２３４',
    '138 0000 1234',
    '+8613800001234',
    '0538-6512345',
    '6512345',
    '12345678',
  ])
    expect(phoneFault(text), text).toBe(text === '12345678' ? '手机号应为 11 位，现在 8 位' : null)
  expect(phoneFault('1380000123')).toBe('手机号应为 11 位，现在 10 位')
  expect(phoneFault('12800001234')).toBe('手机号的前两位不对')
  expect(phoneFault('没有')).toBe('电话只能是数字')
  expect(cleanPhone('１３８-００００-１２３４')).toBe('13800001234')
})

test('证件号：整号核对校验码后只留后四位，种类自动认出', () => {
  expect(readIdTyped('１１０１０１１９９００３０７６９６Ｘ', '')).toMatchObject({ last4: '696X', type: 'id' })
  expect(readIdTyped('11010519491231002X', '')).toEqual({ last4: '002X', type: 'id', fault: null })
  expect(readIdTyped('110105194912310021', '').fault).toBe('身份证号的校验码不对')
  expect(readIdTyped('1101051949123100', 'id').fault).toBe('身份证号应为 18 位，现在 16 位')
  expect(readIdTyped('002x', 'id')).toEqual({ last4: '002X', type: 'id', fault: null })
  expect(readIdTyped('E12345678', 'passport')).toEqual({ last4: '5678', type: 'passport', fault: null })
  expect(readIdTyped('', 'id').fault).toBeNull()
})

test('名单一次粘进来分成各人；一句话不拆', () => {
  expect(namesPasted('王建国、李秀英\n𠮷田，䶮某')).toEqual(['王建国', '李秀英', '𠮷田', '䶮某'])
  expect(namesPasted('1.王建国\n2.李秀英')).toEqual(['王建国', '李秀英'])
  expect(namesPasted('王建国')).toEqual(['王建国'])
})

test('诉求一行一项；大段文字不拆，宣读稿逐项念', () => {
  expect(claimsOf('1、补足少分的 0.3 亩\n2、公开承包费收支')).toEqual(['补足少分的 0.3 亩', '公开承包费收支'])
  expect(claimsOf('（一）补发①号、②号地补贴，共５００㎡；\n2）公开账目')).toEqual([
    '补发①号、②号地补贴，共500㎡；',
    '公开账目',
  ])
  expect(claimsOf('只有一句')).toEqual([])
  expect(claimsOf(`${'很长的话'.repeat(200)}\n第二段`)).toEqual([])
  const said = readBackText({ people: [person({ name: '王建国' })], request: '补足土地\n公开收支', facts: '' })
  expect(said[0]).toContain('王建国')
  expect(said).toContain('第 2 项：公开收支')
})

test('边填边查：代表不超过五人，人数不少于所填，日期不晚于今天', () => {
  const six = Array.from({ length: 6 }, (_, i) => person({ name: `人${i}`, isRepresentative: true }))
  expect(
    faultsWhileTyping({ people: six, receivedOn: '2026-11-25', headCount: 3, channel: 'visit', idFaults: {} }, today),
  ).toMatchObject({
    receivedOn: '收到日期不能晚于今天',
    headCount: '人数不能少于已填写的信访人（6 人）',
    parties: '代表现有 6 人，不能超过 5 人（第二十条）；其余人员填为信访人即可',
  })
  expect(
    faultsWhileTyping(
      {
        people: [person({ phone: '138' })],
        receivedOn: '不知道',
        headCount: 1,
        channel: 'visit',
        idFaults: { 0: '身份证号的校验码不对' },
      },
      today,
    ),
  ).toEqual({
    'people.0.phone': '电话的位数不对，请核对',
    'people.0.id': '身份证号的校验码不对',
    receivedOn: '日期没有看懂，请写作 2026-11-23 或 11.23',
  })
})

test('没有写标题时取诉求的第一句：不带序号，不把下一项接进来', () => {
  expect(titleOf('一、补发2024年的补贴；\n二、公开账目')).toBe('补发2024年的补贴')
  expect(titleOf('1.5亩承包地少分\n要求补足')).toBe('1.5亩承包地少分')
  expect(titleOf('请求\n修好村口的路')).toBe('请求 修好村口的路')
  expect(titleOf('字'.repeat(60))).toBe(`${'字'.repeat(39)}…`)
})

test('收到日期在一年以前的，提醒核对；一年以内和没看懂的不提醒', () => {
  expect(longAgo('1998-02-03', '2026-12-01' as Day)).toBe('距今 28 年多，期限从这一天起算，请核对')
  expect(longAgo('2025-12-01', '2026-12-01' as Day)).toBeUndefined()
  expect(longAgo('昨天', '2026-12-01' as Day)).toBeUndefined()
})
