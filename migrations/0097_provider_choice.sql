-- Workspaces have access of their own to several providers, and choose who writes texts and who makes images. What is null
-- is left to whoever is set up first. The constraint is made anew for the second name: nothing in the table breaks it.
ALTER TABLE providers
    DROP CONSTRAINT providers_name_check,
    ADD  CONSTRAINT providers_name_check CHECK (name IN ('openai', 'anthropic'));

ALTER TABLE workspaces
    ADD COLUMN text_provider  text CHECK (text_provider IN ('openai', 'anthropic', 'ollama', 'sample')),
    ADD COLUMN image_provider text CHECK (image_provider IN ('openai', 'sample'));
