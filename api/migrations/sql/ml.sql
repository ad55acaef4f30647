-- Forecasts as they were issued: kept, never rewritten, so that the truth can judge them.
create table ml.forecast_run (
    run_id bigint generated always as identity primary key,
    kind text not null,
    model_version text not null,
    trained_at timestamptz not null,
    data_as_of timestamptz not null,
    params jsonb not null
);

create table ml.forecast_series (
    run_id bigint not null references ml.forecast_run,
    series_key uuid not null,
    department text,
    category text,
    sub_category text,
    workflow_id bigint,
    priority text,
    champion text not null,
    fallback boolean not null,
    train_start date,
    train_end date,
    n_obs integer not null,
    quality jsonb not null,
    warnings jsonb not null,
    primary key (run_id, series_key)
);

create table ml.forecast_point (
    run_id bigint not null,
    series_key uuid not null,
    granularity text not null,
    ds date not null,
    predicted double precision not null,
    lower_80 double precision not null,
    upper_80 double precision not null,
    lower_90 double precision not null,
    upper_90 double precision not null,
    lower_95 double precision not null,
    upper_95 double precision not null,
    primary key (run_id, series_key, granularity, ds),
    foreign key (run_id, series_key) references ml.forecast_series
);
