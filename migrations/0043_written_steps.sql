-- What a step writes is handed over as rows of these types: taken apart much sooner than JSON.
-- One type a table, in the order in which sql/apply_steps.sql writes them. A type that a release uses
-- never changes: another row shape is another type.
CREATE TYPE written_execution AS (
    id uuid,
    expected_seq bigint,
    expected text,
    seq bigint,
    status text,
    pause_reason text,
    end_reason text,
    error text,
    output jsonb,
    percent smallint,
    current_node text,
    active bigint,
    since timestamptz,
    deadline timestamptz,
    over boolean,
    ended timestamptz,
    input_tokens bigint,
    output_tokens bigint,
    cost bigint,
    unpriced bigint,
    samples bigint,
    auto_run boolean,
    breakpoints jsonb,
    budget bigint,
    jobs_running integer,
    next_run timestamptz,
    decided timestamptz,
    clock_back boolean
);

CREATE TYPE written_node AS (
    id uuid,
    expected text,
    status text,
    generation integer,
    total integer,
    settled integer,
    output jsonb,
    failure jsonb,
    started timestamptz,
    ended timestamptz,
    hold text,
    config jsonb,
    feedback text,
    rounds text
);

CREATE TYPE written_edge AS (
    execution uuid,
    edge text,
    state text
);

CREATE TYPE written_new_job AS (
    id uuid,
    workspace uuid,
    execution uuid,
    node_row uuid,
    node text,
    item integer,
    generation integer,
    kind text,
    status text,
    attempt integer,
    lost integer,
    fence bigint,
    worker uuid,
    run_at timestamptz,
    started timestamptz,
    ended timestamptz
);

CREATE TYPE written_job AS (
    id uuid,
    expected text,
    expected_fence bigint,
    generation integer,
    status text,
    attempt integer,
    lost integer,
    fence bigint,
    worker uuid,
    run_at timestamptz,
    effect text,
    output jsonb,
    failure jsonb,
    input_tokens bigint,
    output_tokens bigint,
    cost bigint,
    unpriced bigint,
    samples bigint,
    started timestamptz,
    ended timestamptz,
    child uuid
);

CREATE TYPE written_attempt AS (
    job uuid,
    fence bigint,
    execution uuid,
    attempt integer,
    worker uuid,
    status text,
    failure jsonb,
    started timestamptz,
    ended timestamptz
);

CREATE TYPE written_events AS (
    execution uuid,
    seq bigint,
    at timestamptz,
    events jsonb
);
