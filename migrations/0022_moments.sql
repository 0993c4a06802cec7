-- What happens at one moment of an execution is one row of its log, under the number of the last
-- event: a step has five events, and a row each was most of what it wrote.
UPDATE execution_events SET event = jsonb_build_array(event);
ALTER TABLE execution_events RENAME COLUMN event TO events;
