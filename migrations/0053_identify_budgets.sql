-- Tables without a primary key cannot be published whole: a budget has two columns that tell it apart,
-- of which one may be empty.
ALTER TABLE budgets ADD COLUMN id uuid PRIMARY KEY DEFAULT gen_random_uuid();
