-- An order that does not follow the days of creation: the pages before are skipped row by row.
(select :offset::bigint as skipped)
