-- The coverage map's outlines as the town supplies them: checked, simplified, one row for each area, village or grid.
create table place_shape (
  town_id uuid not null, kind text not null check (kind in ('area', 'village', 'grid')), place_id uuid not null,
  polygons jsonb not null check (jsonb_typeof(polygons) = 'array' and jsonb_array_length(polygons) > 0),
  file_name text not null, on_day date not null, by_id uuid not null, by_name text not null,
  primary key (town_id, kind, place_id)
);
comment on table place_shape is '管区、村、网格的边界（经度、纬度），上传时检查、简化；没有的画示意图';
alter table place_shape enable row level security;
create policy town on place_shape using (town_id = nullif(current_setting('huisheng.town', true), '')::uuid);
grant select, insert, update, delete on place_shape to huisheng_app;
