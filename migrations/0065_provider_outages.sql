-- A provider that does not answer: since when nobody with this access gets an answer from its address, how
-- often it was tried, and when one call tries it again while the others wait. It ends with the first answer.
CREATE TABLE provider_outages (
    provider text        PRIMARY KEY,
    address  text        NOT NULL,
    since_at timestamptz NOT NULL DEFAULT engine_now(),
    tries    integer     NOT NULL DEFAULT 1 CHECK (tries > 0),
    tried_at timestamptz NOT NULL DEFAULT engine_now(),
    next_at  timestamptz NOT NULL,
    ended_at timestamptz
);
