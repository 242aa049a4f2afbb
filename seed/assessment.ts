import { answer as answerAppeal, appeal } from '../src/assessment/appeal.store.ts'
import { recordOutcome } from '../src/assessment/outcome.store.ts'
import { savePlan, turnPlan } from '../src/assessment/plan.store.ts'
import { report, review } from '../src/assessment/report.store.ts'
import { addDays, type Day, day, yearOf } from '../src/kit/day.ts'
import { uuidv7 } from '../src/kit/server/crypto.ts'
import type { Setting } from '../src/petitions/store.ts'
import type { Deed } from './duty.ts'

const fresh = (s: Setting) => uuidv7(s.now.getTime())

/** What people of the demo report of themselves, and what another made of it. */
const reported = [
  {
    who: 'zs1',
    item: 'Tcause',
    body: '土地承包类重复反映多，建议二轮延包前逐户核对面积，已在两个村试行',
    evidence: ['示自然资建〔2026〕2号', '城东管区核对台账'],
    claimed: 92,
    score: 84,
    note: '试行属实，另一条建议还没有落实',
  },
  {
    who: 'gq1',
    item: 'Tscreening',
    body: '每月排查一遍，兜底清仓全部上报，上门听取意见有记录',
    evidence: ['兜底清仓报表'],
    claimed: 95,
    score: 95,
    note: '与报表和走访记录一致',
  },
  {
    who: 'cun1',
    item: 'Tscreening',
    body: '每周入户，矛盾当周上报，能在村里解决的不上交',
    evidence: ['走访记录十二次'],
    claimed: 90,
    score: 90,
    note: '抽查三户属实',
  },
  {
    who: 'fushuji',
    item: 'Treception',
    body: '接访六次，下访三次，答应的事逐件有结果',
    evidence: ['领导接访记录'],
    claimed: 96,
    score: null,
    note: '',
  },
  {
    who: 'zs2',
    item: 'Tcause',
    body: '补偿标准公示不及时是主要原因，建议按季公示',
    evidence: ['公示照片'],
    claimed: 88,
    score: null,
    note: '',
  },
] as const

/** A year's assessment under way: self-reports, some fixed by another, an objection upheld and one that waits, a reward. */
export const assessmentDeeds = (today: Day, staff: Record<string, string>): Deed[] => {
  const deeds: Deed[] = []
  const at = (on: Day, hour: number, who: string, go: Deed['do']) => deeds.push({ on, hour, who, do: go })
  let planId = ''
  at(addDays(today, -90), 9, 'zhuren', async (tx, who, s) => {
    const year = yearOf(s.today)
    planId = await savePlan(
      tx,
      who,
      { requestId: fresh(s), name: `${year} 年度党建考核`, fromOn: day(`${year}-01-01`), toOn: day(`${year}-12-31`) },
      s,
    )
    await turnPlan(tx, who, planId, { requestId: fresh(s), version: 1, to: 'open' }, s)
  })
  for (const { who: by, score, note, ...said } of reported) {
    let id = ''
    at(addDays(today, -14), 15, by, async (tx, who, s) => {
      id = await report(tx, who, planId, { requestId: fresh(s), ...said, evidence: [...said.evidence] }, s)
    })
    if (score !== null)
      at(addDays(today, -10), 10, 'zhuren', (tx, who, s) =>
        review(tx, who, id, { requestId: fresh(s), version: 1, score, note }, s),
      )
  }
  let appealId = ''
  at(addDays(today, -8), 9, 'zs1', async (tx, who, s) => {
    const reason = '另一条建议已于上月落实，县里的验收通知昨天才到'
    appealId = await appeal(tx, who, planId, { requestId: fresh(s), item: 'Tcause', reason }, s)
  })
  at(addDays(today, -6), 16, 'zhuren', async (tx, who, s) => {
    const answer = '查看验收通知属实，按两条都已落实更正'
    const given = { requestId: fresh(s), upheld: true, answer, petitionIds: [], score: 92 }
    await answerAppeal(tx, who, appealId, given, s)
    await recordOutcome(
      tx,
      who,
      planId,
      staff.gq1!,
      {
        requestId: fresh(s),
        kind: 'commend',
        body: '排查在前、上门听取意见，予以通报表扬',
        basis: '镇党建考核办法第八条',
        decidedBy: '镇党委会议',
        decidedOn: s.today,
      },
      s,
    )
  })
  at(addDays(today, -2), 9, 'zs2', async (tx, who, s) => {
    const reason = '有一件系上级退回重新计算期限，不应算作超期'
    await appeal(tx, who, planId, { requestId: fresh(s), item: 'replyOnTime', reason }, s)
  })
  return deeds
}
