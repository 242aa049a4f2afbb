-- 调度会议可以改期、取消，理由留在会议上。

alter table dispatch_meeting drop constraint dispatch_meeting_status_check;
alter table dispatch_meeting add constraint dispatch_meeting_status_check check (status in ('called', 'held', 'cancelled'));
alter table dispatch_meeting add column reason text not null default '';
alter table dispatch_meeting add constraint dispatch_meeting_cancelled check (status <> 'cancelled' or reason <> '');
comment on column dispatch_meeting.reason is '最近一次改期或取消的理由；每一次都在留痕里';
