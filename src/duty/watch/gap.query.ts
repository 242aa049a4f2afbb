import { caseWorkers } from '../../people/roles.ts'

/**
 * The same question as `isGap` asks, for the nightly scan: Mondays of this week and the next with a day left that needs somebody
 * at the window and has nobody who will be there. Only of a town that keeps a roster.
 */
export const unfilledWeeks = (town: string, today: string): string => `
  select m.monday from (select (date_trunc('week', ${today})::date + 7 * n) as monday from generate_series(0, 1) n) m
  where exists (select from watch_day k where k.town_id = ${town}) and exists (
    select from generate_series(greatest(m.monday, ${today}), m.monday + 6, interval '1 day') g(at)
    cross join lateral (select g.at::date as on_day) d
    left join calendar_day c on c.date = d.on_day
    where (coalesce((select r.rule->>'cover' from watch_rule r where r.town_id = ${town}), 'workdays') = 'all'
        or not coalesce(c.is_off, extract(isodow from d.on_day) > 5))
      and not exists (select from watch_seat x join staff s on s.town_id = x.town_id and s.id = x.staff_id
        where x.town_id = ${town} and x.on_day = d.on_day and x.seat = 'window' and s.active
          and exists (select from holding h join post p on p.town_id = h.town_id and p.id = h.post_id
            where h.town_id = x.town_id and h.staff_id = x.staff_id and p.active
              and p.role in (${caseWorkers.map((r) => `'${r}'`).join(', ')})
              and h.since <= d.on_day and (h.until is null or h.until > d.on_day))
          and not exists (select from staff_leave l where l.town_id = x.town_id and l.staff_id = x.staff_id
            and l.cancelled_at is null and d.on_day between l.from_on and l.to_on)))`
