# 建县：地方名册里的毛病
row-error-empty = 第{ $row }行：表里没有内容。
row-error-too-many = 表太长了，最多{ $found }行。
row-error-too-long = 第{ $row }行第{ $column }列：“{ $found }”太长了。
row-error-characters = 第{ $row }行第{ $column }列：里面有看不见的符号，请重写。
row-error-column-missing = 第{ $row }行：表头里少了“{ $found }”这一列。
row-error-column-twice = 第{ $row }行第{ $column }列：表头里有两列“{ $found }”。
row-error-name-missing = 第{ $row }行第{ $column }列：没有写名称。
row-error-place-code = 第{ $row }行第{ $column }列：“{ $found }”不是地方代码。应为12位数字，塆组在后面加 -H01 这样的号。
row-error-code-twice = 第{ $row }行第{ $column }列：代码“{ $found }”在第{ $other }行已经有了。
row-error-abbreviation = 第{ $row }行第{ $column }列：“{ $found }”不能做简称。应为2到6个字母。
row-error-abbreviation-twice = 第{ $row }行第{ $column }列：简称“{ $found }”在第{ $other }行已经用了。
row-error-kind = 第{ $row }行第{ $column }列：不认得类型“{ $found }”。
row-error-kind-level = 第{ $row }行第{ $column }列：类型“{ $found }”和代码的级别不符。
row-error-parent-code = 第{ $row }行第{ $column }列：上级“{ $found }”和代码对不上。
row-error-parent-missing = 第{ $row }行第{ $column }列：表里没有它的上级“{ $found }”。
row-error-no-county = 表里没有县这一行。
row-error-two-counties = 第{ $row }行：又是一个县，第{ $other }行已经有一个。
refusal-county-code = 这不是县的代码。
refusal-county-zone = 没有“{ $name }”这个时区。
# 规则包
refusal-rules-twice = 规则包{ $pack }有两份同样的版本。
refusal-rules-unknown = 这里没有规则包{ $pack }。
refusal-rules-national = { $pack }是国家规定，用不着启用。
refusal-rules-weaker = 规定{ $rule }比国家规定{ $law }松，不能启用。
refusal-rules-missing = 没有规定说明“{ $what }”。
refusal-rule-missing = { $day }那天，这里没有关于“{ $what }”的规定。
refusal-rule-no-calendar = 还没有{ $year }年的放假安排，算不出工作日。
