-- What the newest run would have forecast of each day before it, a week ahead at most: replaced by each run, and
-- no part of what was issued.
create table ml.forecast_backtest (
    run_id bigint not null,
    series_key uuid not null,
    ds date not null,
    predicted double precision not null check (predicted >= 0),
    primary key (series_key, ds),
    foreign key (run_id, series_key) references ml.forecast_series
);
grant select, insert, delete on ml.forecast_backtest to sluice_pipeline;

insert into ops.insight_threshold (name, value, default_value, minimum, maximum, unit, description)
values (
    'anomaly_alerts_per_week', 2, 2, 0.25, 50, 'alerts/week',
    'Alerts per week that unusual days may bring: the most unusual of the four weeks that end with a day are told.'
);

-- All that is published has been held to its weekday, and to no calendar.
alter table serving.daily_volumes
add column is_holiday boolean not null default false,
add column method text check (method in ('forecast', 'weekday_median'));
update serving.daily_volumes set method = 'weekday_median' where expected is not null;
alter table serving.daily_volumes alter column is_holiday drop default;

alter table serving.anomalies
add column method text not null default 'weekday_median' check (method in ('forecast', 'weekday_median'));
alter table serving.anomalies alter column method drop default;
-- A day is told if little of the weeks up to it was as far from what was expected.
create index anomalies_farthest on serving.anomalies (abs(deviation) desc);
