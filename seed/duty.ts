import { sql } from 'kysely'
import type { Tx } from '../src/audit/trace.ts'
import { openRound, roundEvent } from '../src/duty/adoption/play.store.ts'
import { saveRound } from '../src/duty/adoption/prepare.store.ts'
import { usualRules } from '../src/duty/adoption/round.ts'
import { roundView } from '../src/duty/adoption/view.query.ts'
import { callConsultation, consultations, holdConsultation, tellConsultation } from '../src/duty/consultation/store.ts'
import { backlog, callMeeting, endMeeting, meetingView, recordItem } from '../src/duty/dispatch/store.ts'
import { endPromise, lawDay, promises } from '../src/duty/promise/store.ts'
import { endReception, makeRota, recordVisit } from '../src/duty/reception/store.ts'
import { recordCheck, strongerList } from '../src/duty/stronger/store.ts'
import { turnWatch } from '../src/duty/watch/store.ts'
import { mondayOf, TurnInput } from '../src/duty/watch/watch.ts'
import { addDays, type Day, weekday } from '../src/kit/day.ts'
import { uuidv7 } from '../src/kit/server/crypto.ts'
import type { Who } from '../src/people/roles.ts'
import { whoOfStaff } from '../src/people/who.store.ts'
import { act } from '../src/petitions/act.store.ts'
import { checkCourtesy } from '../src/petitions/courtesy/store.ts'
import { findMatter, type Setting } from '../src/petitions/store.ts'

/** One thing that happens on a day, by one person of the town. */
export interface Deed {
  on: Day
  hour: number
  who: string
  do: (tx: Tx, who: Who, s: Setting) => Promise<void>
}

const fresh = (s: Setting) => uuidv7(s.now.getTime())
const team = ['shuji', 'zhenzhang', 'renda', 'fushuji', 'zuzhi', 'xuanchuan', 'fuzhen1', 'fuzhen2', 'fuzhen3']

/** Open matters in hand, the newest first; those without a leader, or those of one. */
const handled = async (tx: Tx, townId: string, n: number, where = sql`true`): Promise<string[]> =>
  (
    await sql<{
      id: string
    }>`select id from petition p where town_id = ${townId}::uuid and not sealed and state in ('accepted', 'handling', 'forwarded')
      and barred_ids = '{}' and ${where} order by received_on desc, id limit ${n}`.execute(tx)
  ).rows.map((r) => r.id)

/** The day wished for, or the law's where that comes first and has not passed. */
const notAfter = (wished: Day, limit: Day | null, today: Day) =>
  limit !== null && limit >= today && limit < wished ? limit : wished

/** What consultations of the demo came to. */
const views = [
  {
    options: [
      { by: '承办单位', text: '先现场核实，再分户协商' },
      { by: '司法所', text: '组织双方调解，同步调取档案' },
    ],
    dissent: [{ by: '镇法律顾问', text: '应先书面告知权利和救济途径，再谈处理方案' }],
    decision: '五日内现场核实，涉及的户逐户听取意见，书面告知处理意见和救济途径',
  },
  {
    options: [
      { by: '承办单位', text: '请有资质的机构检测，按结果处理' },
      { by: '分管领导', text: '检测期间先采取临时措施，减少影响' },
    ],
    dissent: [],
    decision: '十日内完成检测，其间落实临时措施，结果三日内书面告知',
  },
  {
    options: [
      { by: '信访办', text: '调取当年合同、台账和公示记录，逐项核对' },
      { by: '镇法律顾问', text: '有争议的导入仲裁、诉讼，并协助申请法律援助' },
    ],
    dissent: [],
    decision: '核对账目和合同，能当场纠正的当场纠正，属于法定途径的书面告知怎样走',
  },
]

/** What leaders and the office do beside the matters' own steps: rounds, consultations, meetings, receptions, promises, checks. */
export const dutyDeeds = (today: Day, staff: Record<string, string>): Deed[] => {
  const deeds: Deed[] = []
  const at = (on: Day, hour: number, who: string, go: Deed['do']) => deeds.push({ on, hour, who, do: go })
  const post = (username: string) => staff[username]!

  // 包案轮次：四个月前一轮选完；现在一轮选到一半
  const round = (on: Day, title: string, n: number, picks: number) =>
    at(on, 9, 'zhuren', async (tx, who, s) => {
      const caseIds = await handled(tx, who.townId, n, sql`lead_official_id is null`)
      if (caseIds.length < 2) return
      const { id } = await saveRound(
        tx,
        who,
        {
          requestId: fresh(s),
          id: null,
          version: 0,
          draft: {
            title,
            kind: 'full',
            leaverId: null,
            note: '',
            dueOn: addDays(s.today, 7),
            rules: usualRules,
            seats: team.slice(2).map((u) => ({ id: post(u), away: false, quota: null })),
            caseIds,
          },
        },
        s,
      )
      await openRound(tx, who, id, { requestId: fresh(s), version: (await roundView(tx, who, id, s.today)).version }, s)
      for (let k = 0; k < picks; k += 1) {
        const view = await roundView(tx, who, id, s.today)
        if (view.state !== 'open' || !view.turnId) break
        const free = view.rows.find((c) => c.ownerId === null && !c.removed)
        if (!free) break
        const leader = await whoOfStaff(tx, who.townId, view.turnId, s.today)
        const event = { kind: 'pick' as const, leaderId: view.turnId, caseId: free.id }
        await roundEvent(tx, leader, id, { requestId: fresh(s), version: view.version, event }, s)
      }
    })
  round(addDays(today, -120), '年中包案', 5, 12)
  round(addDays(today, -1), '冬季补充包案', 5, 2)

  // 重大初信初访会诊：隔一天看一次；最近几天的还等着
  const consult: Deed['do'] = async (tx, who, s) => {
    const { waiting } = await consultations(tx, who, {})
    for (const [k, w] of waiting.entries()) {
      const v = views[(k + +w.number.slice(-1)) % views.length]!
      await callConsultation(
        tx,
        who,
        {
          requestId: fresh(s),
          petitionId: w.id,
          planOn: s.today,
          place: '镇信访接待室',
          lateReason: w.dueOn !== null && w.dueOn < s.today ? '分管领导外出，回镇后即召集' : '',
        },
        s,
      )
      const called = (await consultations(tx, who, { petitionId: w.id })).rows[0]!
      const { matter } = await findMatter(tx, who, w.id)
      const promisedOn = notAfter(addDays(s.today, 45), lawDay(matter), s.today)
      const seat = (role: 'receptionist' | 'head' | 'leader', username: string, name: string) => ({
        role,
        name,
        staffId: post(username),
      })
      await holdConsultation(
        tx,
        who,
        called.id,
        {
          requestId: fresh(s),
          version: called.version,
          held: {
            heldOn: s.today,
            attendees: [
              seat('receptionist', 'chuangkou', '信访窗口登记员'),
              seat('head', 'zhuren', who.name),
              seat('leader', 'fushuji', '党委副书记'),
              { role: 'lawyer', name: '镇法律顾问' },
            ],
            options: v.options,
            dissent: v.dissent,
            decision: v.decision,
            ownerId: who.staffId,
            promisedOn,
            lateReason: '',
          },
        },
        s,
      )
      await tellConsultation(
        tx,
        who,
        called.id,
        { requestId: fresh(s), version: called.version + 1, toldOn: s.today, way: 'phone', said: '同意，盼早日解决' },
        s,
      )
    }
  }
  for (let d = 336; d > 3; d -= 2) at(addDays(today, -d), 14, 'zhuren', consult)

  // 昨天有一件列为重点，正等着会诊
  at(addDays(today, -1), 16, 'zhuren', async (tx, who, s) => {
    const [id] = await handled(
      tx,
      who.townId,
      1,
      sql`first_time and not repeat and not is_key and grade is distinct from 'red'`,
    )
    if (!id) return
    const { matter } = await findMatter(tx, who, id)
    const { grade, gradeAttributes } = matter
    const input = { grade: grade ?? 'yellow', gradeReason: '核实后涉及多户，列为重点', gradeAttributes, isKey: true }
    await act(tx, who, { id, move: 'grade', version: matter.version, requestId: fresh(s), input }, s)
  })

  // 领导接访：两个月前排到下个月
  at(addDays(today, -60), 8, 'zhuren', async (tx, who, s) => {
    const to = addDays(today, 30)
    if (!s.law.calendar.has(+s.today.slice(0, 4)) || !s.law.calendar.has(+to.slice(0, 4))) return
    await makeRota(
      tx,
      who,
      {
        requestId: fresh(s),
        rota: {
          from: s.today,
          to,
          weekdays: [1, 4],
          leaderIds: team.map(post),
          place: '镇信访接待室',
          fromTime: '08:30',
          toTime: '11:30',
        },
      },
      s,
    )
  })
  // 值班：三周前排到下周五
  at(addDays(today, -25), 8, 'zhuren', async (tx, who, s) => {
    const turn = TurnInput.parse({
      from: s.today,
      to: addDays(mondayOf(today), 11),
      days: 'workdays',
      shifts: ['day'],
      windowIds: ['chuangkou', 'chuangkou2'].map(post),
      perShift: 1,
      leadIds: team.slice(3).map(post),
      leadTurn: 'day',
      over: 'keep',
    })
    await turnWatch(tx, who, { requestId: fresh(s), turn }, s)
  })
  for (let on = addDays(today, -60), n = 0; on < today; on = addDays(on, 1)) {
    if (![1, 4].includes(weekday(on))) continue
    n += 1
    const k = n
    at(on, 11, 'chuangkou', async (tx, who, s) => {
      const day = (
        await sql<{ id: string; version: number }>`select id, version from reception_day
          where town_id = ${who.townId}::uuid and on_day = ${s.today}::date and status = 'planned' limit 1`.execute(tx)
      ).rows[0]
      if (!day) return
      if (k % 4 !== 0) {
        const [petitionId] = k % 2 ? await handled(tx, who.townId, 1, sql`received_on < ${s.today}::date`) : []
        const matter = petitionId ? (await findMatter(tx, who, petitionId)).matter : null
        const dueOn = notAfter(addDays(s.today, 12), matter ? lawDay(matter) : null, s.today)
        await recordVisit(
          tx,
          who,
          day.id,
          {
            requestId: fresh(s),
            visit: matter
              ? {
                  petitionId: matter.id,
                  headCount: 1 + (k % 3),
                  gist: '询问办到哪一步、什么时候有结果',
                  result: 'handled',
                  outcome: '当场联系承办人，说明下一步和期限',
                  promise: dueOn > s.today && k % 3 !== 0 ? { body: '带承办人到现场看一次', dueOn } : null,
                }
              : {
                  petitionId: null,
                  headCount: 1,
                  gist: '咨询低保申请需要哪些材料',
                  result: 'answered',
                  outcome: '当场说明条件和材料，给了民政办的联系电话',
                  promise: null,
                },
          },
          s,
        )
        if (matter)
          await checkCourtesy(
            tx,
            who,
            matter.id,
            {
              requestId: fresh(s),
              input: { place: 'leader', items: ['welcome', 'answer', 'farewell', 'patient', 'sincere'], note: '' },
            },
            s,
          )
      }
      await endReception(tx, who, day.id, { requestId: fresh(s), version: day.version, note: '' }, s)
    })
  }

  // 积案调度：两周前开过一次，明天还有一次
  const meeting = (called: Day, onDay: Day, title: string, ended: boolean) =>
    at(called, 15, 'fushuji', async (tx, who, s) => {
      const head = await whoOfStaff(tx, who.townId, post('zhuren'), s.today)
      const rows = (await backlog(tx, head, s.today)).rows.slice(0, 4)
      if (rows.length === 0) return
      const given = { requestId: fresh(s), title, onDay, place: '镇二楼会议室', chairId: who.staffId }
      const { id } = await callMeeting(tx, who, { ...given, petitionIds: rows.map((r) => r.id) }, s)
      if (!ended) return
      for (const [k, r] of rows.entries()) {
        const { matter } = await findMatter(tx, head, r.id)
        const dueOn = notAfter(addDays(s.today, [10, 20, 12, 25][k]!), lawDay(matter), s.today)
        const decides = dueOn > s.today
        await recordItem(
          tx,
          head,
          id,
          r.id,
          {
            requestId: fresh(s),
            version: (await meetingView(tx, head, id)).version,
            record: {
              report: '承办单位汇报了核实情况和群众的意见',
              decisions: decides
                ? [{ text: '会同村里逐户核对，形成书面意见报信访办', ownerId: post('zhuren'), dueOn }]
                : [],
              dissent: k === 1 ? [{ by: '司法所', text: '宜先调解，不急于下结论' }] : [],
            },
          },
          s,
        )
      }
      const { version } = await meetingView(tx, head, id)
      await endMeeting(
        tx,
        head,
        id,
        { requestId: fresh(s), version, attendees: ['党委副书记', '信访办主任', '各管区书记', '承办单位负责人'] },
        s,
      )
    })
  meeting(addDays(today, -14), addDays(today, -14), `${monthOf(addDays(today, -14))}积案调度会`, true)
  meeting(addDays(today, -1), addDays(today, 1), '积案化解推进会', false)

  // 五包：领导给自己的包案定期限、记走访
  for (const [k, username] of team.entries())
    at(addDays(today, -9 + (k % 3)), 16, username, async (tx, who, s) => {
      for (const id of await handled(
        tx,
        who.townId,
        2,
        sql`lead_official_id = ${who.staffId}::uuid and duties is not null`,
      )) {
        const step = async (move: string, input: unknown) => {
          const { matter } = await findMatter(tx, who, id)
          return (await act(tx, who, { id, move, version: matter.version, requestId: fresh(s), input }, s)).matter
        }
        const plan = (duty: string, what: string, days: number) =>
          step('planDuty', { duty, ownerId: who.staffId, what, due: addDays(s.today, days) })
        const m = await step('contact', {
          onDay: s.today,
          way: 'visit',
          whom: '信访人本人',
          body: '到家里听取意见，看了现场，说明办理进度',
          heard: true,
        })
        await plan('investigate', '到现场核实，向双方问清经过', 4)
        await plan('handle', '与承办单位商定处理意见', 14)
        if (k % 2)
          await step('doDuty', {
            duty: 'investigate',
            onDay: s.today,
            note: '现场核实，双方对事实没有争议',
            evidenceIds: [m.records.at(-1)!.id],
          })
      }
    })

  // 加强责任：有的查过
  at(addDays(today, -4), 16, 'zhuren', async (tx, who, s) => {
    for (const r of (await strongerList(tx, who, s.today)).filter((x) => x.checks).slice(0, 2))
      await recordCheck(
        tx,
        who,
        r.id,
        { requestId: fresh(s), onDay: s.today, found: '办理记录齐全，还没有向信访人反馈', demand: '三日内反馈进度' },
        s,
      )
  })

  // 承诺：每周五看一遍，到期的兑现，有一项没有兑现
  for (let on = addDays(today, -300), n = 0; on < today; on = addDays(on, 1)) {
    if (weekday(on) !== 5) continue
    n += 1
    const k = n
    at(on, 17, 'zhuren', async (tx, who, s) => {
      const due = (await promises(tx, who, { status: 'open' })).filter((p) => p.dueOn <= addDays(s.today, 3))
      for (const p of due)
        await endPromise(
          tx,
          who,
          p.id,
          {
            requestId: fresh(s),
            version: p.version,
            end:
              k % 40 === 39
                ? { how: 'broken', words: '雨天没能进场，已当面说明并重新约定' }
                : { how: 'kept', words: '已经办到，信访人在场确认' },
          },
          s,
        )
    })
  }
  return deeds
}

const monthOf = (d: Day): string =>
  `${['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二'][+d.slice(5, 7) - 1]}月`
