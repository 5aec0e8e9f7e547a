# The record: how to check it
record-title = How to check the record
record-lead = Everything that is done here is written down. What stands there cannot be changed or taken out without being noticed.
record-what-title = What is written down
record-what = When, what was done, in which post, how many households came, how many were in favour, by which rule.
record-not = No names, no phone numbers, none of what you wrote. Of your words only a fingerprint stands there: if the words are changed it no longer fits; once they are deleted, nobody can tell from it what they were.
record-chain-title = How changes are noticed
record-chain = Each line has a number and a seal. A seal contains the one before it, so whoever changes one line makes every later seal wrong. Seals are calculated in a way that is public; whoever calculates gets the same.
record-now-title = Up to now
record-count = { $n ->
    [one] { $n } line sealed
   *[other] { $n } lines sealed
}
record-waiting = { $n ->
    [one] { $n } more was just written and is sealed in a moment
   *[other] { $n } more were just written and are sealed in a moment
}
record-head = The last seal
record-head-note = Copy this text or take a picture of it. If somebody changes what came before, calculating gives another text.
record-none = Nothing is written down yet.
record-check-title = Check it yourself
record-check-1 = First, get the file of the whole record.
record-check-2 = Second, run this line on a computer; no network is needed:
record-check-3 = Third, read whether anything was changed. Then compare the last seal with the one that you copied.
record-download = Download the whole record
record-ask = The supervision committee, the county and the auditors have the whole record; ask them for it.
record-inside = Whoever runs the server can run wugong verify there: it also compares each row of data with the record, and names the row that was changed.
# What checking finds (on the command line)
verify-county = { $name }:
verify-sealed = { $n ->
    [one] { $n } sealed line is as it was.
   *[other] { $n } sealed lines are as they were.
}
verify-waiting = { $n ->
    [one] { $n } line waits for its seal.
   *[other] { $n } lines wait for their seal.
}
verify-rows = { $n ->
    [one] { $n } row of data says what the record says.
   *[other] { $n } rows of data say what the record says.
}
verify-head = The last seal (line { $n }): { $hash }
verify-chain = The seal of line { $seq } does not fit: the line was changed, or is not the one that stood there.
verify-gap = Line { $seq } is missing, or the end was cut off.
verify-row = { $noun } { $id }: { $fields } differs from the record (entry { $entry }); the data was changed.
verify-gone = { $noun } { $id }: in the record, but no longer in the data.
verify-unrecorded = { $noun } { $id }: in the data, but not in the record.
verify-unreadable = Table { $table }, { $column } ({ $id }) cannot be read; this program did not write it.
verify-more = And { $n } more.
verify-cut = The file is not whole, or is not what its first line says.
verify-whole = Nothing was changed.
verify-file-whole = Nothing in this file was changed. Now compare the last seal.
verify-altered = Something was changed!
# What the record speaks of
noun-county = County
noun-place = Place
noun-household = Household
noun-resident = Resident
noun-membership = Membership
noun-roll_import = Import of a roll
noun-organisation = Organisation
noun-account = Account
noun-card = Card
noun-standing = Post
noun-consent = Consent
noun-matter = Matter
noun-facility = facility
noun-convention = upkeep convention
noun-roster = roster
noun-slot = turn of a roster
noun-inspection = inspection note
noun-need = Need
noun-waiver = Waiver
noun-project = Project
noun-survey = Survey
noun-rectification = Rectification
noun-benefit = Beneficiaries
noun-case = Case
noun-honour = Thanks
noun-change_order = Change order
noun-contribution = Contribution
noun-works = works diary
noun-acceptance = acceptance
noun-claim = claim of an award
noun-payment = payment of an award
noun-final_account = final account
noun-defect = defect
noun-answer = Answer
noun-topic = Topic
noun-option = Option
noun-prior_step = Prior step
noun-meeting = Meeting
noun-convocation = Convocation
noun-roll = Roll
noun-attendance = Attendance
noun-point = Point raised
noun-motion = Motion
noun-count = Count
noun-resolution = Resolution
noun-posting = Posting
noun-correction = Correction of a posting
noun-objection = Objection
noun-activity = activity of an organisation
noun-should_build = judgement whether there should be an association
noun-practice_base = practice base
noun-programme = programme
noun-local_brand = what a place makes of a programme
noun-task = task
noun-announcement = announcement
noun-announcement_correction = correction of an announcement
noun-question = question about an announcement
noun-file = File
noun-rule_pack = Rule pack
# What was done
verb-create = made
verb-change = changed
verb-correct = put right
verb-import = imported
verb-sort = taken up
verb-merge = merged
verb-answer = answered
verb-deliver = told to the person
verb-convene = called
verb-confirm = confirmed
verb-freeze = roll frozen
verb-postpone = postponed
verb-cancel = called off
verb-open = opened
verb-attend = attended
verb-count = counted
verb-recount = counted again
verb-close = closed
verb-certify = signed sheet attached
verb-waive = condition let pass
verb-resolve = decided
verb-post = posted
verb-object = objected
verb-activate = taken into force
verb-end = ended
verb-erase = personal data erased
