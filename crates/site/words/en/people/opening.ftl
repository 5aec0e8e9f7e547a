# Who opened my data
opened-roll = the roll
opened-household = data of a household
opened-resident = data of a person
opened-need = what was raised and how to reach the raiser
opened-meeting = the roll of a meeting
opened-answers = the list for giving answers
opened-other = another page with names
openings-title = Who opened my data
openings-back = Back to my data
openings-text = Whenever an officer opens a page with your name or data, it is noted: on which day, in which post, and what. The notes are kept for { $days } days.
openings-none = Nobody has in this time.
openings-line = { $post } opened { $what }, { $times ->
    [one] once
   *[other] { $times } times
}
openings-ask = If you think that somebody should not have, tell the supervision committee or the township.
data-openings = Whenever an officer opens a page with your name or data, it is noted, and you may see it.
data-openings-go = See the notes
openings-all-title = How often officers opened data of persons
openings-all-text = These are numbers only: nobody's name, and not who opened whose. The persons themselves see day and post under "my data".
openings-all-none = Nothing is noted yet.
openings-all-what = What was opened
openings-all-post = Post
openings-all-days = In { $days } days
