drop table serving.input_facts;
drop table serving.quarantined_rows;
