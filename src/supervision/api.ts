import { sql } from 'kysely'
import { byOf, happened, type Tx, writeTrace } from '../audit/trace.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import type { Edge } from '../kit/server/http.ts'
import { setRow } from '../kit/server/row.ts'
import { is, type Who } from '../people/roles.ts'
import type { Session } from '../petitions/api.ts'
import { unstickTown } from '../petitions/pass/unstick.job.ts'
import { visibleTo } from '../petitions/policy.ts'
import { settingOf, type World } from '../petitions/world.store.ts'
import { type Channel, type Channels, channelNames, channelsOf } from './channels.ts'
import { saveCircular } from './circular.store.ts'
import { waits } from './deliver.job.ts'
import { directoryOf, policyOf } from './remind.query.ts'
import { superiorsOf } from './remind.ts'
import { supervisionRoutes as r } from './routes.ts'

const iso = (at: unknown) => (at === null ? null : new Date(at as string).toISOString())

/** Reminders, leave, ways to be reached and circulars over HTTP. */
export const supervisionApi = (edge: Edge<Session>, world: World, channels: Channels = channelsOf()) => {
  const { serve } = edge
  const at = () => ({ today: world.clock.today(), now: world.clock.now() })
  const read = <T>(who: Who, work: (tx: Tx) => Promise<T>) => inTown(world.db, who.townId, work, { readOnly: true })
  const write = <T>(who: Who, work: (tx: Tx) => Promise<T>) => inTown(world.db, who.townId, work)
  const open = () => (Object.keys(channelNames) as Channel[]).filter((c) => channels.has(c))

  serve(r.reminders, ({ session: { who }, query }) =>
    read(who, async (tx) => {
      const rows = await tx
        .selectFrom('reminder')
        .leftJoin('petition', (j) =>
          j.onRef('petition.townId', '=', 'reminder.townId').onRef('petition.id', '=', 'reminder.petitionId'),
        )
        .select(['thing', 'reminder.step', 'source', 'reminder.petitionId', 'dueOn', 'onDay', 'up', 'says'])
        .select(
          sql<string[]>`array(select s.name || case when exists (select from notice n where n.town_id = reminder.town_id
              and n.key = reminder.thing || '/' || reminder.step || '/' || s.id and n.says like '（代理）%') then '（代理）' else '' end
            from staff s where s.town_id = reminder.town_id and s.id = any (reminder.staff_ids) order by s.name)`.as(
            'told',
          ),
        )
        .where('reminder.townId', '=', who.townId)
        .where((eb) => eb.or([eb('reminder.petitionId', 'is', null), visibleTo(who)(eb as never)]))
        .$if(!!query.source, (q) => q.where('source', '=', query.source!))
        .$if(!!query.from, (q) => q.where('onDay', '>=', query.from as never))
        .$if(!!query.to, (q) => q.where('onDay', '<=', query.to as never))
        .orderBy('onDay', 'desc')
        .orderBy('reminder.at', 'desc')
        .orderBy('thing')
        .limit(300)
        .execute()
      return rows as never
    }),
  )

  serve(r.reminderPolicy, ({ session: { who } }) =>
    read(who, async (tx) => {
      const p = await policyOf(tx, who.townId)
      const d = await directoryOf(tx, who.townId, at().today)
      return {
        ...p,
        channels: open(),
        posts: [...d.posts]
          .filter((x) => x.staffIds.length && !x.role.endsWith('Admin'))
          .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1))
          .map((x) => ({
            id: x.id,
            name: x.name,
            superior: superiorsOf(d, { line: {} }, x, null)
              .map((s) => s.name)
              .join('、'),
          })),
      }
    }),
  )
  serve(r.saveReminderPolicy, ({ session: { who }, body }) =>
    write(who, async (tx) => {
      if (await happened(tx, who.townId, body.requestId)) return { ok: true as const }
      const before = await policyOf(tx, who.townId)
      if (before.version !== body.version)
        throw new Refused('他人刚改过提醒规则，请看过最新的内容再改；您填写的内容没有丢失')
      const circle = Object.keys(body.policy.line).find((id) => {
        const seen = new Set<string>()
        let p: string | undefined = id
        while (p !== undefined && !seen.has(p)) {
          seen.add(p)
          p = body.policy.line[p]
        }
        return p !== undefined
      })
      if (circle) throw new Invalid('上报线绕成了圈，请检查各岗位的上级', { line: '上报线绕成了圈' })
      await sql`insert into reminder_policy (town_id, policy, version) values (${who.townId}::uuid, ${JSON.stringify(body.policy)}::jsonb, 1)
        on conflict (town_id) do update set policy = excluded.policy, version = reminder_policy.version + 1`.execute(tx)
      await writeTrace(
        tx,
        byOf(who),
        {
          subjectId: who.townId,
          subjectKind: 'town',
          kind: 'policy',
          says: '修改提醒规则',
          data: { from: before.policy, to: body.policy },
          requestId: body.requestId,
        },
        at().now,
      )
      return { ok: true as const }
    }),
  )

  serve(r.leaves, ({ session: { who } }) =>
    read(who, async (tx) => {
      const rows = await sql<{ cancelledAt: string | null }>`
        select l.id, l.staff_id, s.name, l.deputy_id, coalesce(d.name, '') as deputy, l.from_on, l.to_on, l.reason, l.by_name, l.cancelled_at is not null as cancelled
        from staff_leave l join staff s on s.town_id = l.town_id and s.id = l.staff_id
        left join staff d on d.town_id = l.town_id and d.id = l.deputy_id
        where l.town_id = ${who.townId}::uuid and l.to_on >= ${at().today}::date - 60
          ${is(who, 'petitionHead', 'clerk') ? sql`` : sql`and ${who.staffId}::uuid in (l.staff_id, l.deputy_id)`}
        order by l.from_on desc, l.at desc limit 200`.execute(tx)
      return rows.rows as never
    }),
  )
  serve(r.saveLeave, ({ session: { who }, body }) =>
    write(who, async (tx) => {
      const done = await happened(tx, who.townId, body.requestId)
      if (done) return { id: done }
      if (body.staffId !== who.staffId && !is(who, 'petitionHead'))
        throw new Refused('他人的请假由本人或信访办主任登记')
      if (body.toOn < body.fromOn) throw new Invalid('结束日期不能早于开始日期', { toOn: '不能早于开始日期' })
      if (body.toOn < at().today) throw new Invalid('这段时间已经过去', { toOn: '已经过去' })
      if (body.deputyId === body.staffId) throw new Invalid('代理人不能是本人', { deputyId: '不能是本人' })
      const people = await tx
        .selectFrom('staff')
        .select(['id', 'name'])
        .where('townId', '=', who.townId)
        .where('active', '=', true)
        .where('id', 'in', [body.staffId, body.deputyId ?? body.staffId])
        .execute()
      const name = (id: string) => people.find((p) => p.id === id)?.name
      if (!name(body.staffId)) throw new NotFound('没有这个人员，或者已经离任')
      if (body.deputyId && !name(body.deputyId)) throw new Invalid('代理人已经离任，请另选', { deputyId: '已经离任' })
      const clash =
        await sql`select 1 from staff_leave where town_id = ${who.townId}::uuid and staff_id = ${body.staffId}::uuid
        and cancelled_at is null and from_on <= ${body.toOn}::date and to_on >= ${body.fromOn}::date`.execute(tx)
      if (clash.rows.length) throw new Refused('这段时间已经登记过请假，请先销假再重新登记')
      const id = uuidv7(at().now.getTime())
      await tx
        .insertInto('staffLeave')
        .values({
          townId: who.townId,
          id,
          staffId: body.staffId,
          deputyId: body.deputyId,
          fromOn: body.fromOn,
          toOn: body.toOn,
          reason: body.reason,
          byId: who.staffId,
          byName: who.name,
          at: at().now.toISOString(),
        } as never)
        .execute()
      await writeTrace(
        tx,
        byOf(who),
        {
          subjectId: id,
          subjectKind: 'leave',
          kind: 'leave',
          says: `${name(body.staffId)}请假 ${body.fromOn} 至 ${body.toOn}，${body.deputyId ? `由${name(body.deputyId)}代理` : '没有代理人，提醒报上级'}`,
          requestId: body.requestId,
        },
        at().now,
      )
      // What they have in hand goes to the deputy at once, and comes back at once when the leave is cancelled.
      await unstickTown(tx, who.townId, await settingOf(tx, world, who.townId))
      return { id }
    }),
  )
  serve(r.cancelLeave, ({ session: { who }, params, body }) =>
    write(who, async (tx) => {
      if (await happened(tx, who.townId, body.requestId)) return { ok: true as const }
      const row = await tx
        .selectFrom('staffLeave')
        .select(['staffId', 'cancelledAt'])
        .where('townId', '=', who.townId)
        .where('id', '=', params.id)
        .forUpdate()
        .executeTakeFirst()
      if (!row || (row.staffId !== who.staffId && !is(who, 'petitionHead'))) throw new NotFound()
      if (row.cancelledAt) throw new Refused('已经销假')
      await setRow(tx, 'staffLeave', who.townId, params.id, { cancelledAt: at().now.toISOString() })
      await writeTrace(
        tx,
        byOf(who),
        { subjectId: params.id, subjectKind: 'leave', kind: 'leave', says: '销假', requestId: body.requestId },
        at().now,
      )
      await unstickTown(tx, who.townId, await settingOf(tx, world, who.townId))
      return { ok: true as const }
    }),
  )

  serve(r.contactWay, ({ session: { who } }) =>
    read(who, async (tx) => {
      const row = await sql<{
        email: string | null
        byEmail: boolean | null
        bySms: boolean | null
        hasPhone: boolean
      }>`
        select w.email, w.by_email, w.by_sms, s.phone <> '' as has_phone from staff s
        left join contact_way w on w.town_id = s.town_id and w.staff_id = s.id
        where s.town_id = ${who.townId}::uuid and s.id = ${who.staffId}::uuid`.execute(tx)
      const w = row.rows[0]
      return {
        email: w?.email ?? '',
        byEmail: w?.byEmail ?? false,
        bySms: w?.bySms ?? false,
        hasPhone: w?.hasPhone ?? false,
        channels: open(),
      }
    }),
  )
  serve(r.saveContactWay, ({ session: { who }, body }) =>
    write(who, async (tx) => {
      if (await happened(tx, who.townId, body.requestId)) return { ok: true as const }
      if (body.byEmail && !body.email) throw new Invalid('请填写邮箱', { email: '请填写邮箱' })
      await sql`insert into contact_way (town_id, staff_id, email, by_email, by_sms)
        values (${who.townId}::uuid, ${who.staffId}::uuid, ${body.email}, ${body.byEmail}, ${body.bySms})
        on conflict (town_id, staff_id) do update set email = excluded.email, by_email = excluded.by_email, by_sms = excluded.by_sms`.execute(
        tx,
      )
      await writeTrace(
        tx,
        byOf(who),
        {
          subjectId: who.staffId,
          subjectKind: 'staff',
          kind: 'policy',
          says: `修改接收方式：${[body.byEmail && '邮件', body.bySms && '短信'].filter(Boolean).join('、') || '只在站内'}`,
          requestId: body.requestId,
        },
        at().now,
      )
      return { ok: true as const }
    }),
  )

  serve(r.deliveries, ({ session: { who } }) =>
    read(who, async (tx) => {
      const rows = await tx
        .selectFrom('outgoing')
        .leftJoin('staff', (j) =>
          j.onRef('staff.townId', '=', 'outgoing.townId').onRef('staff.id', '=', 'outgoing.staffId'),
        )
        .select(['outgoing.id', 'channel', 'body', 'madeAt', 'sentAt', 'notBefore', 'tries', 'failed'])
        .select(sql<string>`coalesce(staff.name, '工作群')`.as('to'))
        .where('outgoing.townId', '=', who.townId)
        // A message to a party of a dispute belongs to the dispute's own page, one to a petitioner to the matter.
        .where('outgoing.partyId', 'is', null)
        .where('outgoing.petitionId', 'is', null)
        .orderBy('madeAt', 'desc')
        .limit(200)
        .execute()
      return rows.map((x) => ({
        ...x,
        madeAt: iso(x.madeAt)!,
        sentAt: iso(x.sentAt),
        notBefore: iso(x.notBefore)!,
        gaveUp: x.sentAt === null && x.tries > waits.length,
      }))
    }),
  )

  serve(r.circulars, ({ session: { who } }) =>
    read(who, async (tx) => {
      const rows = await tx
        .selectFrom('circular')
        .select(['id', 'weekOn', 'title', 'body', 'status', 'issuedOn', 'issuedName', 'version'])
        .where('townId', '=', who.townId)
        // A draft is nobody's word yet.
        .$if(!is(who, 'petitionHead', 'clerk'), (q) => q.where('status', '=', 'issued'))
        .orderBy('weekOn', 'desc')
        .limit(60)
        .execute()
      return rows as never
    }),
  )
  serve(r.saveCircular, ({ session: { who }, params, body }) =>
    write(who, async (tx) => {
      if (!(await happened(tx, who.townId, body.requestId))) await saveCircular(tx, who, params.id, body, at())
      return { ok: true as const }
    }),
  )
}
