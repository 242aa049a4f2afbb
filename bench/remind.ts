import { inTown } from '../src/kit/server/db.ts'
import { testWorld } from '../src/kit/server/testing.ts'
import { remindTown } from '../src/supervision/remind.job.ts'
import type { Bench } from './table.ts'

const today = '2026-11-24'

/** Towns of at most 10,000 matters with their posts; one matter in six is open, its limit between ten days ago and ten weeks ahead. */
const fill = `
do $$
declare
  t uuid; n int; towns int := %TOWNS%; each int := %EACH%;
begin
  for n in 1..towns loop
    t := gen_random_uuid();
    insert into town (id, code, name, short_name) values (t, (370000000 + n)::text, '第' || n || '镇', '测');
    insert into unit (town_id, id, code, name) select t, gen_random_uuid(), g::text, '单位' || g from generate_series(1, 12) g;
    insert into staff (town_id, id, name) select t, gen_random_uuid(), '人员' || g from generate_series(1, 60) g;
    insert into post (town_id, id, name, role, rank, unit_id, heads)
      select t, gen_random_uuid(), u.name || case k when 1 then '负责人' else '经办人' || k end, 'unitHandler', 6 + k, u.id, k = 1
      from unit u, generate_series(1, 4) k where u.town_id = t;
    insert into post (town_id, id, name, role, rank) select t, gen_random_uuid(), r, r, 3
      from unnest(array['petitionHead', 'clerk', 'leadOfficial', 'townLeader', 'disciplineLiaison']) r;
    insert into holding (town_id, id, staff_id, post_id, since)
      select t, gen_random_uuid(), s.id, p.id, '2020-01-01'
      from (select id, row_number() over (order by id) as k from staff where town_id = t) s
      join (select id, row_number() over (order by id) as k from post where town_id = t) p using (k);
    insert into petition (town_id, id, number, query_code, channel, received_on, registered_on, title, request, class, state, step,
        main_unit_id, main_handler_id, holder_id, accepted_on, served_on, closed_on, last_progress_on)
      select t, gen_random_uuid(), 'XF2026-' || g, 'Q' || g, 'visit', date '2026-11-24' - (g % 365), date '2026-11-24' - (g % 365), '一件事项', '一项请求', 'claim',
        case when g % 6 = 0 then 'handling' else 'closed' end, case when g % 6 = 0 then 'handle' else 'signoff' end,
        h.unit_id, h.staff_id, h.staff_id, date '2026-11-24' - (g % 365), case when g % 6 > 0 then date '2026-11-24' - (g % 300) end,
        case when g % 6 > 0 then date '2026-11-24' - (g % 300) end, date '2026-11-24' - (g % 20)
      from generate_series(1, each) g
      join (select h.staff_id, p.unit_id, row_number() over (order by h.id) as k from holding h join post p on p.town_id = h.town_id and p.id = h.post_id
        where h.town_id = t and p.unit_id is not null) h on h.k = 1 + g % 48;
    insert into petition_clock (town_id, id, petition_id, rule, from_on, due_on, ended_on, outcome)
      select t, gen_random_uuid(), p.id, 'D05', p.accepted_on,
        case when p.step = 'handle' then date '2026-11-24' + (abs(hashtext(p.id::text)) % 80 - 10) else p.accepted_on + 60 end,
        p.closed_on, case when p.closed_on is not null then 'met' end
      from petition p where p.town_id = t;
  end loop;
end $$`

/** Every town's scan, one after another, as the worker does it: first after everything fell due at once, then the following night. */
export const run: Bench = async ({ matters }) => {
  const towns = Math.max(1, Math.ceil(matters / 10_000))
  const world = await testWorld(today)
  try {
    await world.ownerPool.query(
      fill.replace('%TOWNS%', String(towns)).replace('%EACH%', String(Math.ceil(matters / towns))),
    )
    await world.ownerPool.query('vacuum analyze')
    const ids = (await world.ownerPool.query('select id from town')).rows.map((r) => r.id as string)
    const scan = async (on: string) => {
      world.clock.set(on, 0)
      const start = performance.now()
      let n = 0
      for (const townId of ids)
        n += await inTown(world.db, townId, (tx) =>
          remindTown(tx, townId, {
            today: world.clock.today(),
            now: world.clock.now(),
            channels: { has: () => false },
          }),
        )
      return { n, seconds: (performance.now() - start) / 1000 }
    }
    const first = await scan(today)
    const night = await scan('2026-11-25')
    return [
      {
        what: '提醒扫描，积压一次补齐',
        value: first.seconds,
        unit: '秒',
        line: { at: 60, is: 'most' as const },
        note: `${towns} 个镇，新提醒 ${first.n} 条`,
      },
      {
        what: '提醒扫描，第二夜',
        value: night.seconds,
        unit: '秒',
        line: { at: 60, is: 'most' as const },
        note: `新提醒 ${night.n} 条`,
      },
    ]
  } finally {
    await world.drop()
  }
}
