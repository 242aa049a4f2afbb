-- Who may touch what inside the database: the application role is bound to one town a transaction
-- and can neither change nor delete the trace, the documents or the proof of service.

do $$
declare t text;
begin
  for t in select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r'
      and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'town_id' and not a.attisdropped)
  loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy town on %I using (town_id = nullif(current_setting(''huisheng.town'', true), '''')::uuid)', t);
  end loop;
end $$;

grant usage on schema public to huisheng_app;
grant select on all tables in schema public to huisheng_app;
grant insert, update on area, village, grid, unit, post, staff, holding, account, session, notice, number_counter, saved_filter,
  trace_head, petition, petition_party, petition_link, petition_clock, petition_claim, petition_record, attachment, petition_opinion,
  closing_test, petition_count, petition_search, search_queue, import, import_row, import_mapping to huisheng_app;
grant insert on trace, trace_seal, document, service to huisheng_app;
grant insert, update on town, category, calendar_year to huisheng_app;
grant insert, update, delete on calendar_day to huisheng_app;
grant delete on session, saved_filter, search_queue, petition_claim, petition_link, notice to huisheng_app;
