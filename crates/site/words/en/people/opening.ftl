# Who opened your data
opened-roll = the roll of your village
opened-household = what is kept of your household
opened-resident = what is kept of you
opened-need = what you raised, and how to reach you
opened-meeting = the roll of a meeting
opened-answers = names and numbers for giving answers
opened-other = another page with names
