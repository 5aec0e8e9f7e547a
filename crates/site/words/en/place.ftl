place-near = Near me
place-meta = { $name }, { $n } { $n ->
    [one] public matter
   *[other] public matters
}
place-month = { $n ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
place-raise = Report something
place-talking = Under discussion
place-talking-none = Nothing right now. Is something wrong? Report it.
place-settled = Decided
place-settled-none = Nothing has been decided yet.
place-say = I want to say something
place-act-none = Nothing is waiting for you.
place-meeting-stamp = Meet
place-meeting-none = No day is set for the next meeting.
place-meeting-none-note = The committee will write it here and put it up in the village.
place-first = Nobody has reported anything yet
place-first-text = Small things near home count too: roads, ditches, lights, water, a place for children to play. The committee answers.
place-first-raise = Report the first thing
place-first-helper = If you would rather not write on a phone, tell a grid worker or hand in a note.
place-ways = In { $name }
place-all-matters = See all matters
place-townships = Choose your township
place-villages = Choose your village or community
place-hamlets = Choose your hamlet
place-answer-due = The committee should answer by { $day }
days-left = { $n ->
    [one] { $n } day left
   *[other] { $n } days left
}
days-over = { $n ->
    [one] { $n } day late
   *[other] { $n } days late
}
turn-wait = Owed
turn-wait-label = Waiting for the committee
turn-act = You
stages-label = Five stages
stage-n = { $n }
stage-later = not yet
stage-decide = Decide
stage-build = Build
stage-manage = Manage
stage-evaluate = Evaluate
stage-share = Share
place-kind-county = county
place-kind-township = township
place-kind-village = village
place-kind-community = community
place-kind-hamlet = hamlet
