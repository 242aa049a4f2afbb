import { expect, test } from 'vitest'
import { day } from '../kit/day.ts'
import { current, type Held, rolesRefusal, whoFrom } from './holdings.ts'
import { administrators, type Role, roles } from './roles.ts'
import {
  cookieValue,
  deviceWords,
  initialRefusal,
  lockAfter,
  passwordRefusal,
  readCookie,
  sessionOver,
  waitWords,
} from './signin.ts'

const minute = 60_000
const hour = 60 * minute

test('连续输错五次锁定十五分钟，此后加倍，最长一天', () => {
  expect([1, 4].map(lockAfter)).toEqual([0, 0])
  expect([5, 6, 7].map((n) => lockAfter(n) / minute)).toEqual([15, 30, 60])
  expect(lockAfter(500)).toBe(24 * hour)
  expect(waitWords(15 * minute)).toBe('约 15 分钟')
  expect(waitWords(120 * minute)).toBe('约 2 小时')
})

test('密码至少八位三种字符，或十二位；不与账号、原密码相同，不全是一个字符', () => {
  expect(passwordRefusal('Abc12', 'wang')).toBe('密码至少 8 位')
  expect(passwordRefusal('abcdefg1', 'wang')).toContain('三种')
  expect(passwordRefusal('Abcdefg1', 'wang')).toBeNull()
  expect(passwordRefusal('abcdefghijkx', 'wang')).toBeNull()
  for (const easy of ['12345678', '1234567890123', 'HGFEDCBA', 'abcdefghijkl'])
    expect(initialRefusal(easy, 'wang')).toContain('连着')
  expect(passwordRefusal('aaaaaaaaaaaaaa', 'wang')).toContain('同一个字符')
  expect(passwordRefusal('Wangxiaoming1', 'wangxiaoming1')).toContain('账号')
  expect(passwordRefusal('Abcdefg1', 'wang', 'Abcdefg1')).toContain('原密码')
  expect(initialRefusal('chushima', 'wang')).toBeNull()
  expect(initialRefusal('11111111', 'wang')).toContain('同一个字符')
})

test('会话十二小时到期，两小时不用也到期', () => {
  expect(sessionOver(0, 0, 2 * hour - 1)).toBe(false)
  expect(sessionOver(0, 0, 2 * hour)).toBe(true)
  expect(sessionOver(0, 11 * hour, 12 * hour - 1)).toBe(false)
  expect(sessionOver(0, 12 * hour - 1, 12 * hour)).toBe(true)
})

test('设备用一句话说得出来', () => {
  expect(
    deviceWords('Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0 Safari/537.36'),
  ).toBe('Windows 电脑 · Chrome 内核浏览器')
  expect(
    deviceWords(
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 MicroMessenger/8',
    ),
  ).toBe('安卓手机 · 微信')
  expect(deviceWords('')).toBe('未说明的设备')
})

test('会话凭据以镇开头；写坏的不认', () => {
  const town = '01890000-0000-7000-8000-000000000001'
  const token = 'A'.repeat(43)
  expect(readCookie(cookieValue(town, token))).toEqual({ townId: town, token })
  for (const bad of [undefined, '', 'x', `${town}.short`, `${town}.${token}x`, `' or 1=1.${token}`])
    expect(readCookie(bad)).toBeNull()
})

const held = (role: Role, more: Partial<Held> = {}): Held => ({
  name: roles[role],
  role,
  rank: 9,
  areaId: null,
  villageId: null,
  gridId: null,
  unitId: null,
  heads: false,
  ...more,
})

test('身份由今天所任岗位得出：角色合并，职级取最高', () => {
  const who = whoFrom({ townId: 't', staffId: 's', name: '王某' }, [
    held('villageOfficer', { villageId: 'v1' }),
    held('leadOfficial', { name: '副镇长', rank: 3, villageId: 'v2', unitId: 'u9' }),
    held('unitHandler', { unitId: 'u1', heads: true }),
  ])
  expect(who.post).toBe('副镇长')
  expect(who.rank).toBe(3)
  expect(who.roles).toEqual(['leadOfficial', 'villageOfficer', 'unitHandler'])
  // 班子成员包的村不因此成为其村信访信息员所见
  expect(who.villageIds).toEqual(['v1'])
  expect(who.unitIds).toEqual(['u1'])
  expect(who.headsUnit).toBe(true)
})

test('任职自当日起，至免职日前一日止', () => {
  const h = { since: day('2026-03-01'), until: day('2026-03-10') }
  expect(current(h, day('2026-02-28'))).toBe(false)
  expect(current(h, day('2026-03-01'))).toBe(true)
  expect(current(h, day('2026-03-09'))).toBe(true)
  expect(current(h, day('2026-03-10'))).toBe(false)
})

test('三员彼此分立，也不兼任任何办案岗位', () => {
  for (const a of administrators) {
    expect(rolesRefusal([a, a])).toBeNull()
    for (const r of Object.keys(roles) as Role[]) if (r !== a) expect(rolesRefusal([a, r])).toContain('三员分立')
  }
  expect(rolesRefusal(['clerk', 'mediator', 'villageOfficer'])).toBeNull()
})
