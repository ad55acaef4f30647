-- How long tickets take when the time on hold is left out. Rows published before tell it after the next run.
alter table serving.duration_histogram drop constraint duration_histogram_measure_check;
alter table serving.duration_histogram add constraint duration_histogram_measure_check check (measure in (
    'resolution', 'net_resolution', 'first_response', 'action', 'item_resolution', 'visit'
));
alter table serving.durations_to_date drop constraint durations_to_date_measure_check;
alter table serving.durations_to_date add constraint durations_to_date_measure_check check (measure in (
    'resolution', 'net_resolution', 'first_response', 'action', 'item_resolution', 'visit'
));
alter table serving.ticket_rows add column net_resolution_seconds bigint check (net_resolution_seconds >= 0);
alter table serving.open_tickets add column net_age_seconds bigint not null default 0 check (net_age_seconds >= 0);
alter table serving.open_tickets alter column net_age_seconds drop default;

-- The newest forecast of the median time of the tickets of a day, each day with the run it is of.
create table serving.resolution_forecast (
    ds date primary key,
    predicted double precision not null,
    lower_80 double precision not null,
    upper_80 double precision not null,
    lower_90 double precision not null,
    upper_90 double precision not null,
    lower_95 double precision not null check (lower_95 > 0),
    upper_95 double precision not null,
    run_id bigint not null,
    champion text not null,
    fallback boolean not null,
    model_version text not null,
    trained_at timestamptz not null,
    train_start date not null,
    train_end date not null,
    n_obs integer not null,
    quality jsonb not null,
    warnings jsonb not null,
    check (lower_95 <= lower_90 and lower_90 <= lower_80 and lower_80 <= predicted),
    check (predicted <= upper_80 and upper_80 <= upper_90 and upper_90 <= upper_95)
);
grant select on serving.resolution_forecast to sluice_api;
grant select, insert, update, delete on serving.resolution_forecast to sluice_pipeline;
