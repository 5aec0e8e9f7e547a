-- Ways to what waits: a work list and the daily step find what is not done without walking through what is.

CREATE INDEX matter_plan ON matter (county_id, plan, id);
CREATE INDEX need_state ON need (county_id, state, due_on, id);
CREATE INDEX answer_state ON answer (county_id, state, channel, id);
CREATE INDEX point_outcome ON point (county_id, outcome, due_on, id);
CREATE INDEX meeting_state ON meeting (county_id, state, held_on, id);
CREATE INDEX motion_outcome ON motion (county_id, state, outcome, id);
CREATE INDEX motion_count_corrects ON motion_count (county_id, corrects_id) WHERE corrects_id IS NOT NULL;
CREATE INDEX posting_state ON posting (county_id, state, until_on, id);
