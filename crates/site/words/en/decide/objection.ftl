# Objections
objection-channel-said = said in person
objection-channel-phone = by telephone
objection-channel-paper = on paper
objection-channel-web = on this site
objection-channel-helper = through a helper
objection-state-waiting = waiting
objection-state-answered = answered
objection-outcome-changed = changed
objection-outcome-stays = stays as it is
objection-outcome-to_meeting = goes to a meeting again
objection-make = Raise an objection
objection-list = Objections and answers
objection-none = Nobody has objected yet.
objection-number = No. { $n }, of { $day }
objection-unit = objection
objection-say = Somebody objected.
objection-say-due = Somebody objected; the committee answers by { $day }.
objection-say-answered = The committee answered an objection: { $what }.
objection-read = See the answer
objection-owed = The committee owes an answer
objection-owed-by = The committee must answer by { $day }
objection-answered-on = { $n ->
    [one] Answered on { $day }, after { $n } day
   *[other] Answered on { $day }, after { $n } days
}
objection-answered-late = { $n ->
    [one] Answered on { $day }, after { $n } day: late
   *[other] Answered on { $day }, after { $n } days: late
}
objection-handle = Answer it
objection-arrived = It arrived as No. { $n }. The committee's answer will stand on this page.
objection-arrived-due = It arrived as No. { $n }. The committee answers by { $day }; the answer will stand on this page.
objection-arrived-unnamed = It arrived, without a name. Please remember today's date; the answer will stand on this page.
objection-title = Raise an objection
objection-text = What you disagree with, and why
objection-text-hint = In your own words.
objection-who = Your name
objection-who-named = Give it: { $name }, seen only by those who answer
objection-who-unnamed = Leave it out; it counts just as much
objection-go = Send the objection
objection-late = It is past midnight on { $day }
objection-late-text = Only what comes while it is posted is an objection. You can still raise it as a new matter, and the committee must answer that too. A slip or a call that came in time still counts; please have the committee enter it.
objection-draft = You can go on where you stopped.
objection-draft-clear = Discard
objection-kept-what = What you write and, if you wish, your name
objection-kept-why = So that the committee knows what is wrong and answers
objection-kept-until = As long as the files of this matter; if you gave your name you can erase it under "Mine"
objection-kept-who = Those who answer. Only the answer is public
objection-record = Enter an objection
objection-record-span = It counts if it came between { $from } and 24:00 on { $until }, whenever it is entered.
objection-channel = How it came
objection-received-on = The day it came
objection-received-on-hint = The true day, not the day it is entered.
objection-record-text = What was said
objection-record-text-hint = In their own words. Do not write who said it.
objection-record-go = Save the objection
objection-came = { $day }, { $channel }
answer-objection-title = Answer an objection
answer-objection-private = Only those who answer see these words and the name; do not put them into the answer.
answer-objection-done = It has been answered.
answer-objection-outcome = What comes of it
answer-objection-text = The answer
answer-objection-text-hint = Everybody sees it. Begin with one sentence on what the objection is about, without saying whose it is; then what will be done, and why.
answer-objection-on = The day of the answer
answer-objection-on-hint = If it was given in person or on the wall, the true day.
answer-objection-go = Publish the answer
refusal-objection-too-late = Objections were taken to 24:00 on { $until }; this one came on { $received }, too late. It can be raised as a new matter.
refusal-objection-too-early = It was posted on { $day }; an objection cannot have come before.
refusal-objection-day-to-come = This day is still to come.
refusal-objection-answered = It has been answered.
refusal-objection-before-received = It came on { $day }; it cannot have been answered before.
