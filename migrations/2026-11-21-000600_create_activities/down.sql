drop table activity_unsealed, activity_seals, activity_batches, activity_organizations, activities;
drop function queue_activity_seal;
drop function refuse_activity_change;
