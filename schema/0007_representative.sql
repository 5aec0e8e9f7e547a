-- The households for which an elected representative stands: their ids with commas between, in the order of the ids. Many places note
-- none, since a villagers' group may elect its representatives as a whole.
ALTER TABLE membership ADD COLUMN represents TEXT;
