/**
 * The day on which a cadre last went to the village of this line of the rota, as SQL; null when never. `c` is the alias of
 * village_contact: whoever went along counts, and so does a visit that was paid on the line by a predecessor.
 */
export const lastContactVisit = (c = 'c'): string =>
  `(select max(w.on_day) from visit w where w.town_id = ${c}.town_id and w.village_id = ${c}.village_id and w.status = 'done'
    and (w.staff_id = ${c}.staff_id or ${c}.staff_id = any (w.with_ids) or w.contact_id = ${c}.id))`
