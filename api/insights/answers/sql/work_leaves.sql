-- The series that keep every dimension, of which each item and each visit belongs to one.
array(select leaf.series_key from serving.work_series as leaf where leaf.kept = 511 and {{ filters }})
