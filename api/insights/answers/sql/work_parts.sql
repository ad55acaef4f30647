-- The series of a combination that keeps all that is asked for; an item or a visit belongs to one of them.
array(select part.series_key from serving.work_series as part where part.kept = {{ kept }} and {{ filters }})
