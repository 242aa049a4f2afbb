-- Mediation: an agreement on part of a dispute with the rest going on, an oral agreement put in writing afterwards, and uploaded
-- papers that are bound into the dossier where they belong.

alter table dispute add column rest text check (rest in ('open', 'settled', 'failed', 'left'));
comment on column dispute.rest is '部分协议没有约定的其余争议：仍在调解、也已达成、没有达成、当事人不再调解；没有部分协议的为空';

alter table dispute_agreement drop constraint dispute_agreement_status_check, drop constraint dispute_agreement_check;
alter table dispute_agreement
  add constraint dispute_agreement_status_check check (status in ('draft', 'effective', 'void', 'replaced')),
  add column replaces boolean not null default false,
  add column written_on date;
comment on column dispute_agreement.replaces is '生效后代替此前的协议；否则此前的部分协议照旧履行';
comment on column dispute_agreement.written_on is '口头协议补签书面、各处签名盖章齐全的日期；不改变生效日期';
update dispute_agreement a set status = 'replaced' where a.status = 'effective' and exists (
  select from dispute_agreement b where b.town_id = a.town_id and b.dispute_id = a.dispute_id and b.status = 'effective' and b.n > a.n);
alter table dispute_agreement
  add constraint dispute_agreement_effective check ((status in ('effective', 'replaced')) = (effective_on is not null)),
  add constraint dispute_agreement_written check (written_on is null or form = 'oral');
-- Part of it settled and nothing said of the rest: it is still to be mediated.
update dispute d set rest = 'open', state = 'mediating', performed_on = null, follow_up_on = null
  where d.state in ('performing', 'performed', 'breached') and d.followed_on is null and exists (
    select from dispute_agreement a where a.town_id = d.town_id and a.dispute_id = d.id and a.status = 'effective' and not a.whole);

alter table mediation_file
  add column serves text check (serves in ('identity', 'authority', 'evidence', 'signed', 'performance', 'confirmation', 'other', 'apart')),
  add column pages int check (pages >= 0);
comment on column mediation_file.serves is '纠纷的材料是做什么用的，决定订在卷内哪一份文书后面；apart 不订入卷';
comment on column mediation_file.pages is '能订入卷宗的页数：图片一页，PDF 按页，录音等为零；空的还没有数过';
update mediation_file set serves = 'evidence' where dispute_id is not null;
update mediation_file set pages = case when mime in ('image/jpeg', 'image/png', 'image/webp', 'image/gif') then 1 else 0 end
  where mime <> 'application/pdf';
alter table mediation_file add constraint mediation_file_serves check ((dispute_id is null) = (serves is null));
-- Which paper it belongs to may be put right; the file itself stays as it is.
grant update (serves, pages) on mediation_file to huisheng_app;
