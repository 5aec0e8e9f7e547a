# Resolutions
resolution-state-recorded = Recorded, not certified
resolution-state-certified = Certified
resolution-state-void = Void
resolution-note-recorded = The sheet that was signed at the meeting has not been photographed and handed in, so this only says "recorded". The resolution holds all the same; once the sheet is here it will say "certified".
resolution-note-certified = The sheet that was signed at the meeting has been photographed and handed in.
resolution-note-void = Hands were counted again, and the motion did not pass. This resolution is void; its page stays so that everybody can see it.
resolution-title = Resolution
resolution-say = The meeting made a resolution.
resolution-say-void = The meeting's resolution became void when hands were counted again.
resolution-read = Read the resolution and its numbers
resolution-who-acts = Who acts
resolution-who-acts-is = Who acts: { $who }
resolution-deadline = Done by
resolution-deadline-is = To be done by { $day }
resolution-effective = Holds from
resolution-effective-at-once = { $day }, the day itself
resolution-meeting = See this meeting
resolution-not-posted = Not posted yet.
resolution-steps = Steps taken before
resolution-step-counts = { $body }: { $eligible } members, { $present } present, { $favour } agreed
resolution-back = How it came to this
resolution-first = { $day }: this is how it was first raised
resolution-topic = The topic and its options
resolution-chain = The whole matter from start to end
why-title = Numbers and reasons
why-roll = on the roll
why-came = came
why-in-favour = in favour
why-against = against
why-abstained = abstained
why-invalid = invalid
why-not-voting = no hand raised
why-n-person = { $n ->
    [one] { $n } person
   *[other] { $n } people
}
why-n-household = { $n ->
    [one] { $n } household
   *[other] { $n } households
}
why-n-area = { $n ->
    [one] { $n } owner
   *[other] { $n } owners
}
why-with-area = { $n } ({ $area } m²)
why-share-over-half = more than half
why-share-two-thirds = two thirds
why-share-three-quarters = three quarters
why-needed-share = { $needed } ({ $share } of the roll)
why-needed-of = { $needed } ({ $share } of { $of })
why-quorum = Needed there: { $needed }; there were { $there }.
why-quorum-taking-part = Needed to take part: { $needed }; { $there } did.
why-left = { $n } had left before the vote: they count as having come, not as there.
why-recused = { $n } raised no hand because it was their own affair; they still count as having come.
why-favour = Needed in favour: { $needed }; there were { $have }.
why-tie = As many for as against: not passed.
why-missing = { $n } too few.
why-passed = Passed.
why-not-passed = Not passed.
why-no-quorum = Too few were there; nothing was decided.
why-caption = { $day }, { $body }, { $mode }, { $way }
why-dissent = Those against said
why-rules = The rules it rests on
why-rule = { $about }: { $source }
why-rule-name = { $pack }, version { $n }, { $id }
why-about-quorum = Who must be there
why-about-decision = What passes
why-recount = These are the numbers of count { $turn }, counted again because: { $reason }
resolve-title = Make it a resolution
resolve-none = No motion in this matter has passed and is still without a resolution. Hold the meeting and vote first.
resolve-back = Back to the matter
resolve-gaps = { $n ->
    [one] { $n } step is missing; this cannot become a resolution
   *[other] { $n } steps are missing; this cannot become a resolution
}
resolve-gaps-text = Enter the steps that were taken. If one was not taken, take it and vote again.
resolve-gaps-go = Enter the steps
resolve-motion = Which motion
resolve-text = What was resolved
resolve-text-hint = The words that people raised their hands for. Do not change what they mean.
resolve-who-acts-hint = A body or a function, for instance the committee; no person.
resolve-deadline = To be done by (may stay empty)
resolve-effective = Holds from (may stay empty)
resolve-effective-hint = Empty means from the day of the meeting.
resolve-go = Save the resolution
resolution-motion = { $day }, { $body }: { $text }
certify-title = Hand in the signed sheet
certify-make = Hand in the signed sheet
certify-again = Hand in a clearer photo
certify-text = Lay the attendance and tally sheets that were signed at the meeting flat and photograph them, one photo a page. Time, place and device are taken out of the photos.
certify-text-again = One was handed in already. The new one goes first; the old one is kept.
certify-photo = Photos
certify-photo-hint = At most 6. Names and numbers must be readable.
certify-who-sees = Names and signatures stand on it, so it is not public; only those who keep meetings here can see it.
certify-go = Hand in and certify
certify-later = Later
scan-see = The signed sheet:
scan-page = page { $n }
scan-missing = Please choose the photos
scan-too-many = At most { $max } at a time
scan-too-large = The photo is too large; please take it again with a phone
scan-broken = The photo did not arrive whole; please choose it again
scan-no-picture = This is no photo. Please hand in a JPG, PNG or WebP picture
refusal-resolution-meeting = This meeting is { $state }; it makes no resolution.
refusal-resolution-not-passed = This motion did not pass; it makes no resolution.
refusal-resolution-old-count = Hands were just counted again; please go back and look once more.
refusal-resolution-step-missing = { $missing ->
    [one] { $missing } step is missing: { $body }.
   *[other] { $missing } steps are missing, first of all: { $body }. They are listed above.
}
refusal-resolution-deadline = It cannot be done before { $day }, the day of the meeting.
refusal-resolution-effective = It cannot hold before { $day }, the day of the meeting.
refusal-resolution-void = This resolution is void.
