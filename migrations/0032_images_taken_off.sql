-- An image that somebody took out of the library stays as the output of the execution that made it.

ALTER TABLE images ADD COLUMN removed_at timestamptz;
