-- 人民调解法第十五条: what a mediator did that the law forbids, and what the committee did about it.

alter table mediation_member add column faults jsonb not null default '[]';
comment on column mediation_member.faults is '违反第十五条的行为和处理（批评教育责令改正、罢免或者解聘）：只有维护网络的人和本人看得到';
