drop index invitations_search;
drop table invitation_outcomes, admin_grants, relationships;
drop extension btree_gin;
drop extension pg_trgm;
