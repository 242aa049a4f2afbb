import type { May } from '../kit/route.ts'
import { type Role, roles } from './roles.ts'

/** Why the holder of these roles may not call a route declared for `may`; null when they may. */
export const callRefusal = (held: readonly Role[], may: May): string | null => {
  if (typeof may === 'string' || may.some((r) => (held as readonly string[]).includes(r))) return null
  if (held.length === 0) return '您目前没有在任的岗位，请联系系统管理员'
  const named = may.map((r) => roles[r as Role])
  return named.length > 5 ? '您的岗位不办理信访事项，看不到这里的内容' : `此事由${named.join('、')}办理`
}
