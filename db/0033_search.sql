-- Row-level security keeps an operator that might leak (@@, like) from using an index before the town is checked, so every search
-- would read the whole town. This function looks through the inverted lists as the owner and checks the town itself:
-- it answers ids of the town of this transaction and of no other.
create function search_matters(town uuid, words tsquery, pattern text) returns setof uuid
  language sql stable parallel safe security definer rows 200 set search_path = public as $$
  select s.petition_id
  from (select petition_id, town_id, text from petition_search where grams @@ words offset 0) s
  where s.town_id = town and town = nullif(current_setting('huisheng.town', true), '')::uuid
    and (pattern is null or s.text like pattern)
$$;
revoke all on function search_matters(uuid, tsquery, text) from public;
grant execute on function search_matters(uuid, tsquery, text) to huisheng_app;
