-- By its ID token the sign-in provider knows which of its sessions ends with one of ours: null for a sign-in with a
-- password, empty where the token is too long for an address.
ALTER TABLE sign_in_sessions ADD COLUMN id_token text CHECK (length(id_token) <= 4096);
