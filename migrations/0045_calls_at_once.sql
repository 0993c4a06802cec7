-- How many calls at once a provider that asked to wait is believed to take, from when on it may be
-- asked again; one more every few seconds.
ALTER TABLE provider_cooldowns ADD COLUMN at_once integer;
