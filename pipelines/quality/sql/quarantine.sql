-- Up to twenty rows of a table, or one in twenty, are accidents.
select
    source_table,
    row_count,
    quarantined_count,
    (quarantined_count - greatest(20, row_count / 20)) as beyond_accident
from build.input_facts
order by source_table
