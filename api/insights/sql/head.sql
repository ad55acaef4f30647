'date_range', json_build_object('start_date', :start_date::date, 'end_date', :end_date::date),
{{ provenance }}
