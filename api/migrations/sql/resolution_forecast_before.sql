drop table serving.resolution_forecast;
alter table serving.open_tickets drop column net_age_seconds;
alter table serving.ticket_rows drop column net_resolution_seconds;
delete from serving.duration_histogram where measure = 'net_resolution';
alter table serving.duration_histogram drop constraint duration_histogram_measure_check;
alter table serving.duration_histogram add constraint duration_histogram_measure_check check (measure in (
    'resolution', 'first_response', 'action', 'item_resolution', 'visit'
));
delete from serving.durations_to_date where measure = 'net_resolution';
alter table serving.durations_to_date drop constraint durations_to_date_measure_check;
alter table serving.durations_to_date add constraint durations_to_date_measure_check check (measure in (
    'resolution', 'first_response', 'action', 'item_resolution', 'visit'
));
