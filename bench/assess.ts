import { usualLists } from '../src/assessment/score.ts'
import { standingOf } from '../src/assessment/standing.query.ts'
import { inTown } from '../src/kit/server/db.ts'
import { testWorld } from '../src/kit/server/testing.ts'
import type { Bench } from './table.ts'

/** One town: a year of matters with four limits each, spread over the posts of its people. */
const fill = `
do $$
declare t uuid := gen_random_uuid();
begin
  insert into town (id, code, name, short_name) values (t, '370900001', '测试镇', '测');
  insert into unit (town_id, id, code, name) select t, gen_random_uuid(), g::text, '单位' || g from generate_series(1, 20) g;
  insert into staff (town_id, id, name) select t, gen_random_uuid(), '人员' || g from generate_series(1, %PEOPLE%) g;
  insert into post (town_id, id, name, role, rank, unit_id, heads, sort)
    select t, gen_random_uuid(), '岗位' || g,
      case when g = 1 then 'townLeader' when g <= 12 then 'leadOfficial' when g = 13 then 'petitionHead' when g <= 20 then 'clerk' else 'unitHandler' end,
      g % 9 + 1, case when g > 20 then (select id from unit where town_id = t and code = (1 + g % 20)::text) end, g between 21 and 40, g
    from generate_series(1, %PEOPLE%) g;
  insert into holding (town_id, id, staff_id, post_id, since)
    select t, gen_random_uuid(), s.id, p.id, '2020-01-01'
    from (select id, row_number() over (order by name) as k from staff where town_id = t) s
    join (select id, row_number() over (order by sort) as k from post where town_id = t) p using (k);
  create temp table who on commit drop as
    select h.staff_id, p.unit_id, row_number() over (partition by p.role order by p.sort) as k, p.role, count(*) over (partition by p.role) as n
    from holding h join post p on p.town_id = h.town_id and p.id = h.post_id where h.town_id = t;
  insert into petition (town_id, id, number, query_code, channel, received_on, registered_on, title, request, class, route, state, step,
      registered_by, main_unit_id, main_handler_id, holder_id, lead_official_id, accepted_on, served_on, concluded_on, closed_on,
      last_contact_on, last_progress_on, followed_up_on, rating_unit)
    select t, gen_random_uuid(), 'XF2026-' || g, 'Q' || g, 'visit', d, d, '一件事项', '一项请求', 'claim', 'petitionProcedure', 'closed', 'signoff',
      c.staff_id, u.unit_id, u.staff_id, u.staff_id, l.staff_id, d + 3, d + 40, d + 71, d + 75, d + 5, d + 75, d + 50,
      (array['satisfied', 'basicallySatisfied', 'dissatisfied', 'declined'])[1 + g % 4]
    from (select g, date '2026-01-01' + g % 280 as d from generate_series(1, %MATTERS%) g) x
    join who c on c.role = 'clerk' and c.k = 1 + g % c.n
    join who u on u.role = 'unitHandler' and u.k = 1 + g % u.n
    join who l on l.role = 'leadOfficial' and l.k = 1 + g % l.n;
  insert into petition_clock (town_id, id, petition_id, rule, from_on, due_on, ended_on, outcome)
    select t, gen_random_uuid(), p.id, r.rule, p.received_on, p.received_on + r.days, p.received_on + r.days + (abs(hashtext(p.id::text || r.rule)) % 10 - 8),
      case when abs(hashtext(p.id::text || r.rule)) % 10 > 8 then 'late' else 'met' end
    from petition p, (values ('D01', 15), ('D02', 15), ('D05', 63), ('D03', 15)) r(rule, days) where p.town_id = t;
  insert into petition_claim (town_id, id, petition_id, body, result)
    select t, gen_random_uuid(), p.id, '一项请求', case when abs(hashtext(p.id::text)) % 2 = 0 then 'supported' else 'notSupported' end from petition p where p.town_id = t;
  insert into petition_record (town_id, id, petition_id, kind, on_day, data)
    select t, gen_random_uuid(), p.id, 'followUp', p.followed_up_on, '{"executed":"done"}' from petition p where p.town_id = t;
end $$`

/** Everybody's card under the usual plan: read the facts, find the items of every line, weigh them. */
export const run: Bench = async ({ matters }) => {
  const people = 200
  const world = await testWorld('2026-12-31')
  try {
    await world.ownerPool.query(fill.replaceAll('%PEOPLE%', String(people)).replace('%MATTERS%', String(matters)))
    await world.ownerPool.query('vacuum analyze')
    const townId = (await world.ownerPool.query('select id from town')).rows[0].id as string
    const plan = {
      id: townId,
      name: '年度考核',
      fromOn: '2026-01-01',
      toOn: '2026-12-31',
      status: 'open',
      closedOn: null,
      version: 1,
      lists: usualLists,
    } as never
    const at = performance.now()
    const s = await inTown(world.db, townId, (tx) => standingOf(tx, townId, plan, world.clock.today()), {
      readOnly: true,
    })
    const seconds = (performance.now() - at) / 1000
    const lines = s.people.reduce((n, p) => n + p.score.lines.length, 0)
    return [
      {
        what: `一年考核，${s.people.length} 人`,
        value: seconds,
        unit: '秒',
        line: { at: 30, is: 'most' as const },
        note: `得分项 ${lines} 个，内存峰值 ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`,
      },
    ]
  } finally {
    await world.drop()
  }
}
