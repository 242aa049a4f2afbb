-- A follow-up may set the day of the next one: the day stands only while a visit is still owed.

update dispute set follow_up_on = null where followed_on is not null;
comment on column dispute.follow_up_on is '还要回访的，最迟哪一天；回访过而不需要再访的为空';
