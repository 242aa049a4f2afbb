-- Papers of the last hour whose Word files are still to be made.
create index document_at on document (at);
create index document_town_at on document (town_id, at);
