-- What was forecast is never rewritten, and whoever does it all the same is found out: each run bears the hash
-- of its rows and of the run before it.
create table ml.forecast_seal (
    run_id bigint primary key references ml.forecast_run,
    hash bytea not null check (octet_length(hash) = 32),
    sealed_at timestamptz not null default now()
);
grant select, insert on ml.forecast_seal to sluice_pipeline;

create trigger append_only before update or delete or truncate on ml.forecast_run
for each statement execute function ops.refuse_change();
create trigger append_only before update or delete or truncate on ml.forecast_series
for each statement execute function ops.refuse_change();
create trigger append_only before update or delete or truncate on ml.forecast_point
for each statement execute function ops.refuse_change();
create trigger append_only before update or delete or truncate on ml.forecast_seal
for each statement execute function ops.refuse_change();

-- Forecasts of days that are over, beside what came: whose forecast, for which day, how many days ahead.
create table serving.forecast_scores (
    series_key uuid not null,
    ds date not null,
    days_ahead integer not null check (days_ahead between 1 and 28),
    issued_on date not null,
    run_id bigint not null,
    champion text not null,
    fallback boolean not null,
    predicted double precision not null check (predicted >= 0),
    lower_80 double precision not null,
    upper_80 double precision not null,
    lower_90 double precision not null,
    upper_90 double precision not null,
    lower_95 double precision not null,
    upper_95 double precision not null,
    actual integer not null check (actual >= 0),
    seasonal_naive double precision,
    weekday_mean double precision,
    primary key (series_key, ds, days_ahead),
    check (ds = issued_on + days_ahead - 1)
);
grant select on serving.forecast_scores to sluice_api;
grant select, insert, update, delete on serving.forecast_scores to sluice_pipeline;
