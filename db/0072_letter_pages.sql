-- One scan may hold the signed duty letters of many people: which of its pages are this person's.

alter table duty_letter_signing add column page_from int, add column page_to int;
alter table duty_letter_signing add constraint duty_letter_signing_pages check
  ((page_from is null) = (page_to is null) and (page_from is null or (page_from > 0 and page_to >= page_from and file_id is not null)));
comment on column duty_letter_signing.page_from is '一本扫描件里有许多人的责任书时，本人的从第几页到第几页；一份一人的为空';
