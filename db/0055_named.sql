-- Who is named on a matter sees it (src/petitions/policy.ts): every place where somebody can be named has its index, or
-- the ledger of a village officer reads every matter of the town to find the few that are theirs.
create index petition_registered_by on petition (town_id, registered_by) where registered_by is not null;
create index petition_held_by on petition (town_id, holder_id) where holder_id is not null;
create index petition_main_handler on petition (town_id, main_handler_id) where main_handler_id is not null;
create index petition_area_owner on petition (town_id, area_owner_id) where area_owner_id is not null;
create index petition_village_owner on petition (town_id, village_owner_id) where village_owner_id is not null;
create index petition_signer on petition (town_id, signer_id) where signer_id is not null;
create index petition_approver on petition (town_id, approver_id) where approver_id is not null;
