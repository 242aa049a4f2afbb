-- How long the oldest work under way has been so, for whoever works in a town. Of other sessions only the owner may know.
create function seconds_under_way() returns double precision language sql security definer set search_path = pg_catalog as $$
  select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::double precision
  from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
    and nullif(current_setting('huisheng.town', true), '') is not null
$$;
revoke all on function seconds_under_way() from public;
grant execute on function seconds_under_way() to huisheng_app;
