-- The driver sends the first and the last day of its calendar as the ends of time.
'date_range', json_build_object(
    'start_date',
    case when not isfinite(:start_date::date) then date '0001-01-01' else :start_date::date end,
    'end_date',
    case when not isfinite(:end_date::date) then date '9999-12-31' else :end_date::date end
),
{{ provenance }}
