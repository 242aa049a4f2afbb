/** Rules of sign-in; pure. Times in milliseconds. (GB/T 22239-2019 身份鉴别：复杂度、失败锁定、超时) */

const minute = 60_000
const hour = 60 * minute

/** Failures in a row before the account locks. */
export const failuresAllowed = 5
/** A session ends twelve hours after sign-in whatever happens, and after two hours without use. */
export const sessionLife = 12 * hour
export const idleLife = 2 * hour

/** How long the account is locked after this many failures in a row: 15 minutes at the fifth, doubling at every further one, a day at most. */
export const lockAfter = (failures: number): number =>
  failures < failuresAllowed ? 0 : Math.min(15 * minute * 2 ** Math.min(failures - failuresAllowed, 10), 24 * hour)

/** '约 15 分钟' or '约 2 小时', rounded up. */
export const waitWords = (ms: number): string =>
  ms <= 90 * minute ? `约 ${Math.max(1, Math.ceil(ms / minute))} 分钟` : `约 ${Math.ceil(ms / hour)} 小时`

/** 12345678, 1234567890, hgfedcba: each character the neighbour of the one before. */
const inARow = (password: string): boolean => {
  const codes = [...password.toLowerCase()].map((c) => c.codePointAt(0)!)
  const steps = new Set(codes.slice(1).map((c, i) => (c === 48 && codes[i] === 57 ? 1 : c - codes[i]!)))
  return steps.size === 1 && (steps.has(1) || steps.has(-1))
}

/** Why this can't be a first password, given by someone else and changed at the first sign-in; null when it can. */
export const initialRefusal = (password: string, username: string): string | null =>
  [...password].length < 8
    ? '密码至少 8 位'
    : password.toLowerCase() === username.toLowerCase()
      ? '密码不能与账号相同'
      : new Set(password).size === 1
        ? '密码不能全是同一个字符'
        : inARow(password)
          ? '密码不能是一串连着的数字或字母'
          : null

/** Why this password won't do; null when it will. At least 8 characters with three kinds of them, or at least 12. */
export const passwordRefusal = (password: string, username: string, old?: string): string | null => {
  const chars = [...password]
  const basic = initialRefusal(password, username)
  if (basic) return basic
  if (chars.length > 200) return '密码不能超过 200 位'
  if (old !== undefined && password === old) return '新密码不能与原密码相同'
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((k) => k.test(password)).length
  if (chars.length < 12 && kinds < 3) return '密码须含大写字母、小写字母、数字、符号中的三种，或者不少于 12 位'
  return null
}

/** Whether a session is over. `createdAt`, `seenAt` and `now` in milliseconds since the epoch. */
export const sessionOver = (createdAt: number, seenAt: number, now: number): boolean =>
  now >= createdAt + sessionLife || now >= seenAt + idleLife

/** The value of the cookie: the town leads, so that one look at it finds the right rows. */
export const cookieValue = (townId: string, token: string): string => `${townId}.${token}`

export const readCookie = (value: string | undefined): { townId: string; token: string } | null => {
  const m = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([A-Za-z0-9_-]{43})$/.exec(value ?? '')
  return m ? { townId: m[1]!, token: m[2]! } : null
}

const systems: [RegExp, string][] = [
  [/HarmonyOS|OpenHarmony/, '鸿蒙手机'],
  [/iPad/, 'iPad'],
  [/iPhone/, '苹果手机'],
  [/Android/, '安卓手机'],
  [/Windows/, 'Windows 电脑'],
  [/Mac OS X/, '苹果电脑'],
  [/UOS|Kylin/, '国产系统电脑'],
  [/Linux|X11/, 'Linux 电脑'],
]
const browsers: [RegExp, string][] = [
  [/MicroMessenger/, '微信'],
  [/DingTalk/, '钉钉'],
  [/QQBrowser/, 'QQ 浏览器'],
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\/|CriOS/, 'Chrome 内核浏览器'],
  [/Safari\//, 'Safari'],
]

/** A device in words from what its browser says of itself: 'Windows 电脑 · Edge'. */
export const deviceWords = (agent: string): string => {
  const of = (list: [RegExp, string][]) => list.find(([re]) => re.test(agent))?.[1]
  return [of(systems), of(browsers)].filter(Boolean).join(' · ') || '未说明的设备'
}
