-- Loops. What lies in one exists once a round: its rows are named `drawn id @ round`, e.g.
-- `copy@each[3]`, in every table; the columns `scope` are no longer needed and stay empty.

ALTER TABLE execution_nodes
    ADD COLUMN rounds text NOT NULL DEFAULT ''; -- a letter each: w(aiting), r(unning), d(one), f(ailed)
