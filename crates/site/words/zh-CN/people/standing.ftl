# 任职
refusal-standing-post-not-there = 这样的地方没有这个职务
refusal-standing-not-given = 这个职务要由县里来定
refusal-standing-held = 他从{ $from }起已经在任
refusal-standing-ended = 已经到{ $until }为止了
refusal-standing-ends-before-it-begins = 不能早于开始的那天（{ $from }）
refusal-standing-own = 自己的职务要由别人来免
