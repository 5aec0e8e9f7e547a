-- Why a rule pack is not in force any more from a day on, for everybody to read.
ALTER TABLE rule_activation ADD COLUMN reason TEXT;
