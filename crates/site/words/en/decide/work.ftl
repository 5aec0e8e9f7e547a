# Work lists
work-title = Work
work-tabs = By last day
work-tab-over = Overdue
work-tab-today = Today
work-tab-soon = Within 15 days
work-tab-all = All
work-sort-due = Last day
work-sort-place = Place
work-sort-kind = To do
work-filter-place = Place
work-filter-said = Title or number
work-filter-kind = To do
work-all-of = All of { $name }
work-moment = { $day } { $weekday } { $time }
work-caption = { $tab }, { $n }
work-place = { $village } { $name }
work-col-due = Last day
work-col-left = Days left
work-col-title = Matter
work-col-number = Number
work-col-place = Place
work-col-what = To do
work-col-who = Who
work-col-since = Last move
work-due-none = no last day
work-due-today = today
work-due-over = { $n ->
    [one] { $n } day over
   *[other] { $n } days over
}
work-due-left = { $n ->
    [one] { $n } day left
   *[other] { $n } days left
}
work-who-me = me
work-who-committee = the committee
work-who-keepers = committee, facilitator
work-title-new = New need, not sorted yet
work-title-talk = Meeting
work-title-private = Not public
work-none = Nothing to do.
work-none-tab = Nothing to do here.
work-csv = Export as a table
work-kind-need_sort = Sort a need
work-kind-need_answer = Answer who raised it
work-kind-answer_hand = Hand the answer over
work-kind-point_settle = Settle a point that was taken
work-kind-meeting_keep = Keep a meeting
work-kind-resolve = Make the resolution
work-kind-certify = Hand in the signed sheet
work-kind-post = Post the resolution
work-kind-posting_correct = Correct the posting after a recount
work-kind-posting_end = The posting ends
work-kind-posting_end-over = Take the sheet down
work-kind-fault_mend = Something is broken
work-kind-convention_end = An upkeep convention ends soon
work-kind-objection_answer = Answer an objection
work-kind-question_answer = Answer a question about an announcement
work-kind-claim_decide = Decide on a claim of an award
work-kind-payment_confirm = See whether an award arrived
work-kind-account_check = Check a final account
work-who-offices = township or county
work-who-supervision = supervision committee
