-- Apps that were typed to sign in, until a connection was made with them or a person saved them: since when. Such an app
-- is no default, and is forgotten with the last sign-in that waits with it. Those that are kept already stay.
ALTER TABLE registrations ADD COLUMN on_trial_since INTEGER CHECK (is_default = 0 OR on_trial_since IS NULL);
