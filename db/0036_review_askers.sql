-- Each of several petitioners has a right to review and recheck of his own: who asked, and about which opinion.

alter table petition_review add column party_ids uuid[] not null default '{}', add column opinion_n int not null default 0;
update petition_review set party_ids = array[party_id] where party_id is not null;
update petition_review r set opinion_n = coalesce((
  select max(o.n) from petition_opinion o
  where o.town_id = r.town_id and o.petition_id = r.petition_id and o.round = r.round and o.signed_on <= r.asked_on), 0);
alter table petition_review drop column party_id;
alter table petition_review drop constraint petition_review_status_check;
alter table petition_review add constraint petition_review_status_check
  check (status in ('asked', 'admitted', 'refused', 'decided', 'withdrawn', 'moot'));
comment on column petition_review.party_ids is '请求的信访人；空为全体（只有一名或者没有记名的）';
comment on column petition_review.opinion_n is '对第几稿处理意见提出：被撤销的意见连同对它的请求一并结束，新的意见有新的权利';
