# Postings
posting-state-up = on the wall
posting-state-taken_down = taken down
posting-title = Posting
posting-make = Post it
posting-read = See the posting
posting-print = Print the sheet
posting-span = { $from } to { $until }
posting-left = { "" }
posting-unit-days-left = { " " }days left
posting-unit-days = days posted
posting-hangs-at-is = On the wall at: { $where }
posting-until-is = Posted until midnight on { $day }
posting-say-open = { $n ->
    [one] The resolution is posted; { $n } day left.
   *[other] The resolution is posted; { $n } days left.
}
posting-say-over = The resolution was posted for its full days.
posting-corrected = The posting was corrected; both texts can be read.
posting-corrected-because = Corrected because: { $reason }
posting-corrected-anew = This changed what was decided, so the posting period began again; it now runs to { $day }
posting-corrected-read = See what changed
posting-corrections = Corrections
posting-corrections-note = Struck out: what it said before. Underlined: what it says now.
posting-object-until = You can object until midnight on { $day }
posting-object-offline = In person, by telephone or on paper counts just as much.
posting-staff = For those who post
posting-over = The posting period is over.
posting-taken-down = The posting period is over; the sheet was taken down on { $day }. This page stays.
posting-rules = Rules of the posting
posting-about-days = Length of the posting
posting-about-objections = Time to object
posting-near = A resolution is posted; you can object until { $day }
postings-title = Postings
postings-none = Nothing has been posted here yet.
postings-open = Posted now
postings-open-none = Nothing is posted right now.
postings-over = Posting period over
post-title = Post the resolution
post-days = { $n ->
    [one] It hangs for { $n } full day from the day after. Posted today, it may come down on { $down }. Once posted it cannot be withdrawn, only corrected, and both texts stay.
   *[other] It hangs for { $n } full days from the day after. Posted today, it may come down on { $down }. Once posted it cannot be withdrawn, only corrected, and both texts stay.
}
post-text = What the sheet says
post-text-hint = Numbers, reasons, dissent and how to object are printed on the sheet by themselves.
post-hangs-at = Where the sheet is
post-hangs-at-hint = For instance: the board at the hall, the gate of the ancestral house. Hamlets far apart each get a sheet.
post-posted-on = The day it was put up
post-posted-on-hint = The true day. The days count from the day after.
post-go = Post it
post-later = Later
correct-title = Correct the posting
correct-make = Correct the posting
correct-text-note = A posting cannot be withdrawn, only corrected. Everybody sees the old text, the new text, the reason and the day.
correct-now-says = It says now
correct-text = What it should say
correct-reason = Why
correct-reason-hint = Everybody sees it. For instance: the length was wrong.
correct-substantial = Does it change what was decided?
correct-substantial-hint = What was decided, a number of the vote, money, who acts, by when: changing any of these counts.
correct-substantial-yes = Yes: the posting period starts again today
correct-substantial-no = No, only a slip of the pen: the period goes on
correct-forced = The votes were counted again, so the posting period starts again today.
correct-go = Correct it; both texts stay public
correct-back = Back to the posting
take-down-title = Note the day it came down
take-down-make = Note the day it came down
take-down-until = It stays up until midnight on { $day }.
take-down-not-yet = The posting period is not over. A mistake can be corrected.
take-down-on = The day it came down
take-down-go = Note it
sheet-title = Resolution
sheet-back = Back
sheet-print = Print
sheet-qr = A QR code that opens matter { $number }
sheet-who-acts = Who acts
sheet-deadline = Done by
sheet-effective = Takes effect
sheet-object = You can object until midnight on { $day }
sheet-object-said = In person: the committee or the supervision committee
sheet-object-phone = Telephone: { $phone }
sheet-object-paper = On paper: the box, or hand it to the facilitator
sheet-object-code = Scan the code or give the number
sheet-answer = { $n ->
    [one] The committee answers within { $n } day; the answer hangs here too.
   *[other] The committee answers within { $n } days; the answer hangs here too.
}
sheet-answer-working = { $n ->
    [one] The committee answers within { $n } working day; the answer hangs here too.
   *[other] The committee answers within { $n } working days; the answer hangs here too.
}
sheet-answer-none = The committee answers each one; the answer hangs here too.
sheet-hung = { $n ->
    [one] Posted { $from }, comes down { $down } ({ $n } full day)
   *[other] Posted { $from }, comes down { $down } ({ $n } full days)
}
sheet-sources = By: { $sources }
sheet-record = Record { $seal }
sheet-recorded = Recorded; the signed sheet is not certified yet.
sheet-chop = Stamp
answers-title = Answers to objections
answers-print = Print the answers to hang beside it
answers-none = No answer yet.
answers-note = What people wrote and who they are is not public; only the answers are.
refusal-posting-void = This resolution is void; it is not posted.
refusal-posting-before-resolved = The meeting was on { $day }; it cannot have been posted before.
refusal-posting-day-to-come = This day is still to come.
refusal-posting-not-over = It stays up until midnight on { $until } and cannot come down before.
refusal-posting-taken-down = The day it came down is noted already.
refusal-posting-same-text = It says the same as before.
refusal-posting-no-reason = Please say why.
refusal-posting-before-posted = It was put up on { $day }; it cannot be corrected before.
refusal-posting-unanswered = { $objections ->
    [one] { $objections } objection waits for its answer.
   *[other] { $objections } objections wait for their answers.
}
refusal-posting-not-posted = A resolution was never posted.
