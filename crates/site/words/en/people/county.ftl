# Making a county: faults in the file of places
row-error-empty = Row { $row }: the table is empty.
row-error-too-many = The table is too long, at most { $found } rows.
row-error-too-long = Row { $row }, column { $column }: "{ $found }" is too long.
row-error-characters = Row { $row }, column { $column }: there are invisible characters in it; please write it again.
row-error-column-missing = Row { $row }: the column "{ $found }" is missing.
row-error-column-twice = Row { $row }, column { $column }: the column "{ $found }" is there twice.
row-error-name-missing = Row { $row }, column { $column }: the name is missing.
row-error-place-code = Row { $row }, column { $column }: "{ $found }" is no code of a place. It has 12 digits, a hamlet's ends in -H01 and the like.
row-error-code-twice = Row { $row }, column { $column }: the code "{ $found }" is in row { $other } already.
row-error-abbreviation = Row { $row }, column { $column }: "{ $found }" is no abbreviation. It has 2 to 6 letters.
row-error-abbreviation-twice = Row { $row }, column { $column }: the abbreviation "{ $found }" is in row { $other } already.
row-error-kind = Row { $row }, column { $column }: "{ $found }" is no kind of place.
row-error-kind-level = Row { $row }, column { $column }: "{ $found }" does not fit the level of the code.
row-error-parent-code = Row { $row }, column { $column }: "{ $found }" is not the place above this code.
row-error-parent-missing = Row { $row }, column { $column }: the place above it, "{ $found }", is not in the table.
row-error-no-county = The table has no row for the county.
row-error-two-counties = Row { $row }: a second county; row { $other } is one already.
refusal-county-code = This is no code of a county.
refusal-county-zone = There is no time zone "{ $name }".
# Rule packs
refusal-rules-twice = Rule pack { $pack } is there twice in one version.
refusal-rules-unknown = There is no rule pack { $pack } here.
refusal-rules-national = { $pack } is national law and needs no activation.
refusal-rules-weaker = Rule { $rule } asks for less than national rule { $law } and cannot be taken into force.
refusal-rules-missing = No rule says "{ $what }".
refusal-rule-missing = On { $day } no rule says "{ $what }" here.
refusal-rule-no-calendar = The days off of { $year } are not known yet, so working days cannot be counted.
