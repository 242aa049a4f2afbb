import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { writeRows } from '../kit/server/excel.write.ts'
import { type Counted, flowTitles, lineTitles, type Report, report } from './numbers.ts'

/** The period's report of a town; the level is where the dispute stands now. Nobody is named and no word is read. */
const flowKeys = Object.keys(flowTitles) as (keyof typeof flowTitles)[]
const keys = Object.keys(lineTitles) as (keyof typeof lineTitles)[]

/** The report as .xlsx for 司法所: what happened in the period, then what became of the disputes registered in it. Numbers only. */
export const reportSheet = (r: Report, town: string, by: string): Promise<Uint8Array> => {
  const parts = [
    ['层级', r.flow.byLevel, r.byLevel],
    ['类型', r.flow.byKind, r.byKind],
    ['合计', [r.flow.total], [r.total]],
  ] as const
  const rows = parts.flatMap(([part, flows, lines]) =>
    flows
      .map((f, i) => [f, lines[i]!] as const)
      .filter(([f, l]) => part !== '类型' || l.registered + f.opening + f.accepted + f.closing + f.performed > 0)
      .map(([f, l]) =>
        [
          part,
          f.name,
          ...flowKeys.map((k) => f[k]),
          ...keys.map((k) => l[k]),
          l.owedFen / 100,
          l.agreed ? Math.round((l.days / l.agreed) * 10) / 10 : null,
        ].map((value) => ({ value })),
      ),
  )
  const number = (title: string) => ({ title, width: 11, type: 'number' as const })
  return writeRows(
    [
      { title: '分组', width: 8 },
      { title: '项目', width: 18 },
      ...flowKeys.map((k) => number(flowTitles[k])),
      ...keys.map((k) => number(`本期登记的：${lineTitles[k]}`)),
      number('协议金额（元）'),
      number('平均用时（天）'),
    ],
    rows,
    { sheet: '人民调解月报', title: `${town}人民调解情况（${r.from} 至 ${r.to}）`, mark: `${by} 导出`, by },
  )
}

export const reportOf = async (tx: Tx, townId: string, from: Day, to: Day): Promise<Report> => {
  const r = await sql<Counted & { owedFen: string | number }>`
    select d.kind, d.level, d.state, d.registered_on, d.accepted_on, d.effective_on, d.performed_on, d.ended_on, d.followed_on, d.satisfaction,
      d.relapse_of is not null as relapse, d.owed_fen,
      d.rest is not distinct from 'open' as partly,
      coalesce((select a.form = 'oral' and a.written_on is null from dispute_agreement a where a.town_id = d.town_id and a.dispute_id = d.id and a.status = 'effective' order by a.n desc limit 1), false) as oral,
      exists (select from dispute_agreement a where a.town_id = d.town_id and a.dispute_id = d.id and a.confirm->>'result' = 'confirmed') as confirmed,
      coalesce((select sum((x.data->>'minutes')::int) from dispute_record x where x.town_id = d.town_id and x.dispute_id = d.id and x.kind = 'session'), 0)::int as minutes
    from dispute d where d.town_id = ${townId}::uuid and d.registered_on <= ${to}::date and (d.registered_on >= ${from}::date
        or coalesce(d.effective_on, d.ended_on, 'infinity') >= ${from}::date or d.performed_on >= ${from}::date)`.execute(
    tx,
  )
  return report(
    r.rows.map((x) => ({ ...x, owedFen: Number(x.owedFen) })),
    from,
    to,
  )
}
