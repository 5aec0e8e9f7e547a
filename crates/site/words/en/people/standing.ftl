# Posts
refusal-standing-post-not-there = There is no such post at a place like this
refusal-standing-not-given = The county gives this post
refusal-standing-held = The person has held it since { $from }
refusal-standing-ended = It ended on { $until }
refusal-standing-ends-before-it-begins = Not before the first day, { $from }
refusal-standing-own = Somebody else has to end your own post
