'user_id', series.user_id,
'user_name', case when person.is_named then series.user_name end
