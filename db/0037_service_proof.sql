-- Proof of service: who took it and as what, where, the number of the post, the consent to electronic service.
alter table service
  add column relation text not null default 'self'
    check (relation in ('self', 'family', 'agent', 'representative', 'unit')),
  add column place text not null default '',
  add column post_number text not null default '',
  add column consent boolean not null default false;
comment on column service.relation is '签收人与受送达人的关系';
comment on column service.post_number is '邮寄送达的单号';
comment on column service.consent is '本次电子送达另行取得的书面同意（登记时已同意的记在信访人上）';
