-- 会诊：what falls due of it is found by day, and why one came later than two working days is kept.

alter table consultation add column late_reason text not null default '';
comment on column consultation.late_reason is '晚于两个工作日召集或者举行的理由；期限由 D20 按工作日历算出';
create index on consultation (town_id, plan_on) where status <> 'told';
