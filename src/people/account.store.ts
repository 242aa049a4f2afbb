import type { Tx } from '../audit/trace.ts'
import { Invalid, Refused } from '../kit/errors.ts'
import { inWords } from './constraints.ts'
import { lastAdminRefusal, termsOf } from './post.store.ts'
import type { Who } from './roles.ts'
import { type At, endSessions, hashPassword } from './session.store.ts'
import { initialRefusal } from './signin.ts'
import { findStaff } from './store.ts'
import { said } from './trace.store.ts'
import { openWork } from './work.store.ts'

/** Create an account, reset its password, rename, disable, enable or unlock it. */
export const saveAccount = async (
  tx: Tx,
  who: Who,
  staffId: string,
  input: { username?: string; password?: string; disabled?: boolean; unlock?: boolean },
  at: At,
): Promise<void> => {
  const { townId } = who
  const person = await findStaff(tx, townId, staffId)
  const account = await tx
    .selectFrom('account')
    .select(['username', 'disabled'])
    .where('townId', '=', townId)
    .where('staffId', '=', staffId)
    .forUpdate()
    .executeTakeFirst()
  const username = input.username ?? account?.username
  if (input.password !== undefined && username !== undefined) {
    const no = initialRefusal(input.password, username)
    if (no) throw new Invalid(no, { password: no })
  }
  const trace = (says: string) => said(tx, who, at, 'account', staffId, 'account', says)
  if (!account) {
    if (!username) throw new Invalid('请填写账号', { username: '请填写账号' })
    if (!input.password) throw new Invalid('请填写初始密码', { password: '请填写初始密码' })
    if (!person.active) throw new Refused(`${person.name}已离任，不能建立账号`)
    await inWords(
      tx
        .insertInto('account')
        .values({
          townId,
          staffId,
          username,
          passwordHash: await hashPassword(input.password),
          mustChange: true,
          changedAt: at.now.toISOString(),
        } as never)
        .execute(),
    )
    await trace(`为${person.name}建立账号 ${username}，首次登录须改密码`)
    return
  }
  const change = (set: object) =>
    inWords(
      tx
        .updateTable('account')
        .set(set as never)
        .where('townId', '=', townId)
        .where('staffId', '=', staffId)
        .execute(),
    )
  if (input.username !== undefined && input.username !== account.username) {
    await change({ username: input.username })
    await trace(`${person.name}的账号由 ${account.username} 改为 ${input.username}`)
  }
  if (input.password !== undefined) {
    if (staffId === who.staffId) throw new Refused('自己的密码请在“修改密码”中修改')
    await change({
      passwordHash: await hashPassword(input.password),
      mustChange: true,
      failures: 0,
      lockedUntil: null,
      changedAt: at.now.toISOString(),
    })
    await endSessions(tx, townId, staffId)
    await trace(`重设${person.name}的密码，已登录的设备全部退出，下次登录须改密码`)
  }
  if (input.unlock) {
    await change({ failures: 0, lockedUntil: null })
    await trace(`解锁${person.name}的账号`)
  }
  if (input.disabled === true && !account.disabled) {
    if (staffId === who.staffId) throw new Refused('不能停用自己的账号')
    const { open } = await openWork(tx, townId, staffId)
    if (open) throw new Refused(`${person.name}名下还有 ${open} 件在办事项，请先办理离任交接，交给接手的人`)
    const last = await lastAdminRefusal(
      tx,
      townId,
      staffId,
      (await termsOf(tx, townId, staffId, at.today)).map((t) => t.role),
      at.today,
    )
    if (last) throw new Refused(last)
    await change({ disabled: true })
    await endSessions(tx, townId, staffId)
    await trace(`停用${person.name}的账号`)
  }
  if (input.disabled === false && account.disabled) {
    if (!person.active) throw new Refused(`${person.name}已离任，不能启用账号`)
    await change({ disabled: false })
    await trace(`启用${person.name}的账号`)
  }
}
