# Rules in force
rules-title = Rules in force
rules-lead = What { $place } goes by today. Each rule says where it stands.
rules-of-everything = In general
rules-packs-title = Where the rules come from
rules-packs-other = Not taken into force
rules-packs-other-lead = These are not in force in { $place }. They count only once the county has confirmed them.
rules-of = { $kind } ({ $scope })
rules-source = Source: { $source }
rules-from = from { $day }
rules-until = until { $day }
rules-version = version { $n }
rules-digest = Fingerprint
rules-digest-note = If one letter of the rules is changed, this text is another one. A resolution keeps the one of its day.
rules-in-force-here = In force in { $place }
rules-in-force-at = { $place }: in force from { $day }
rules-not-in-force = Not in force
rules-national-note = National law, in force everywhere.
rules-overlay-note = Local rules. They may ask for more than national law, never for less.
rules-example-note = An example, not a rule of this county. Before it is taken into force the county checks it against the original.
rules-places-label = Another place
rules-jump = Jump to
rules-above = Above
rules-below = Places below
rules-all = Every rule in this pack
rules-calendars = Days off and working weekends
rules-calendar = { $year }: { $off } days off, { $on } working days on weekends
rules-back = Back to the rules in force
rules-activate = Take this into force
rules-activate-text = From that day on it is followed. What was done before stays under the rules of its day. Check the originals first.
rules-activate-place = Where
rules-activate-from = From which day
rules-activate-go = Take into force
rules-activate-past = Not from a day that is past
rules-activate-there = It is in force here already
rules-activated = Taken into force
rules-in-force-until = { $place }: in force from { $day } until { $until }
rules-end-because = . Why: { $reason }
rules-end = Take this out of force
rules-end-text = After its last day it is not followed any more. What was done before stays under the rules of its day.
rules-end-which = Where
rules-end-until = Last day
rules-end-reason = Why
rules-end-reason-hint = Everybody can read this
rules-end-go = End it after this day
rules-ended = Noted: after the last day it is not in force any more
refusal-rules-ended = It has its last day already: { $day }
refusal-rules-end-past = The last day cannot be before today
pack-sort-national = National rules
pack-sort-overlay = Local rules
pack-sort-example = Example
evidence-V1 = read in the original
evidence-V2 = seen only in a copy, not checked against the original
evidence-M = from general knowledge, not checked
evidence-D = our own proposal, not law
rule-kind-notice = Notice
rule-kind-convener = Who calls it
rule-kind-initiative = Who may ask for it
rule-kind-frequency = How often
rule-kind-quorum = How many must come
rule-kind-decision = When it passes
rule-kind-stand_in = Who may stand in
rule-kind-online = Taking part online
rule-kind-prior_step = Steps before
rule-kind-posting = Posting
rule-kind-objection_window = Time for objections
rule-kind-objection_answer = Answer to an objection
rule-kind-reply = Answer to a need
rule-kind-disclosure = Disclosure
rule-kind-adult_age = Age
rule-kind-composition = Who the representatives are
rule-kind-term = Term
rule-kind-award_scheme = Awards in place of subsidy
rule-kind-effective_coverage = Associations that really work
rule-kind-survey_limit = Surveys in a quarter
rule-notice = { $n ->
    [one] At least { $n } day's notice
   *[other] At least { $n } days' notice
}
rule-notice-ad-hoc = in a special case at shorter notice, with the reason
rule-notice-tell = { $who } is told at the same time
rule-convener = Called by the { $who }
rule-initiative = If { $share } of the { $by } ask, it must be called
rule-frequency = At least { $times ->
    [one] once
   *[other] { $times } times
} in { $months } months
rule-quorum-present = { $share } of the { $units } must be there
rule-quorum-taking-part = { $share } of the { $units } must take part in the vote
rule-decision = Passes with { $share } of { $of } in favour
rule-measure-area = by number and by area
rule-online-yes = One may take part online
rule-online-no = One must be there in person
rule-step = Step { $n }: { $body }
rule-step-quorum = { $share } must be there
rule-step-decision = { $share } of all members must agree
rule-posting = { $n ->
    [one] Posted for { $n } full day
   *[other] Posted for { $n } full days
}
rule-window-whole = as long as it is posted
rule-window-days = { $n ->
    [one] within { $n } day after posting
   *[other] within { $n } days after posting
}
rule-period = { $n ->
    [one] within { $n } day
   *[other] within { $n } days
}
rule-period-working = { $n ->
    [one] within { $n } working day
   *[other] within { $n } working days
}
rule-period-forward = a last day off moves to the next working day
rule-disclosure = General affairs at least every { $general } months, busy finances at least every { $finance ->
    [one] month
   *[other] { $finance } months
}
rule-adult = { $n } years or older
rule-composition-elected = Elected representatives make up { $share } of all members
rule-composition-women = Women among them make up { $share } of all members
rule-composition-households = One for { $least } to { $most } households, or some for each group
rule-term = A term is { $n } years
rule-effective-coverage = At least { $activities } activities in { $months } months, by at least { $handled } of them a public matter was carried on to its answer
rule-survey-limit = A household is asked { $n } times a quarter at most
fraction-half-more = more than half
fraction-half-least = at least half
fraction-more = more than { $num }/{ $den }
fraction-least = at least { $num }/{ $den }
fraction-all = all
unit-person = people entitled to take part
unit-household = households
unit-area = owners
units-person = { $n ->
    [one] { $n } person
   *[other] { $n } people
}
units-household = { $n ->
    [one] { $n } household
   *[other] { $n } households
}
units-area = { $n ->
    [one] { $n } owner
   *[other] { $n } owners
}
rule-name = { $pack }, version { $n }, { $id }
share-of-roll = everybody on the roll
share-of-present = those present
share-of-taking_part = those who took part in the vote
stand-in-nobody = nobody may stand in
stand-in-household_in_writing = an adult of the household with a written mandate may stand in
stand-in-adult_of_household = any adult of the household may stand in
body-villagers_assembly = Villagers' assembly
body-villagers_rep_meeting = Villagers' representatives' meeting
body-group_meeting = Villagers' group meeting
body-residents_assembly = Residents' assembly
body-residents_rep_meeting = Residents' representatives' meeting
body-collective_assembly = Collective members' assembly
body-owners_assembly = Owners' assembly
mode-person = by person
mode-household = by household
mode-area = by owner and area
item-general = general matters
item-owners_special = repair fund, rebuilding, use of common parts
item-non_member_rights = benefits for somebody who is not a member
item-village_rules = making or changing the village charter or rules
convener-villagers_committee = villagers' committee
convener-residents_committee = residents' committee
convener-group_head = head of the villagers' group
convener-collective_board = board of the collective
convener-owners_committee = owners' committee
petitioner-members = members
petitioner-household_reps = representatives of households
petitioner-reps = representatives
step-body-branch = the branch proposes
step-body-two_committees = the two committees confer
step-body-members_meeting = the members' meeting reviews
step-body-authorisation = the assembly authorises its representatives
day-may-move = { " " }(The days off of that year are not announced yet; the day may move)
