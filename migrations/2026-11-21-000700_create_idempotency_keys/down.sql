drop table schedule_ticks, idempotency_keys;
