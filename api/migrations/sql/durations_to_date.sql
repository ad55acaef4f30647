-- What the histograms of each series amount to up to now: what most questions ask is one look-up.
create table serving.durations_to_date (
    series_key uuid not null,
    measure text not null check (measure in ('resolution', 'first_response', 'action', 'item_resolution', 'visit')),
    first_day date not null,
    last_day date not null check (last_day >= first_day),
    samples integer not null check (samples > 0),
    least_seconds double precision not null,
    median_seconds double precision not null,
    p90_seconds double precision not null,
    p95_seconds double precision not null,
    greatest_seconds double precision not null,
    primary key (series_key, measure),
    check (
        least_seconds <= median_seconds and median_seconds <= p90_seconds
        and p90_seconds <= p95_seconds and p95_seconds <= greatest_seconds
    )
);
grant select on serving.durations_to_date to sluice_api;
grant select, insert, update, delete on serving.durations_to_date to sluice_pipeline;
