-- Hours beside the points of a run, in a table of their own: a column more of the tables there are would change
-- the text of rows that are sealed.
create table ml.forecast_hours (
    run_id bigint not null,
    series_key uuid not null,
    starts_on date not null,
    predicted real [] not null check (cardinality(predicted) % 24 = 0 and 0 <= all(predicted)),
    sizes real [] not null,
    half_widths real [] not null check (
        cardinality(half_widths) = 3 * (cardinality(sizes) + 1) and 0 <= all(half_widths)
    ),
    quality jsonb not null,
    warnings jsonb not null,
    primary key (run_id, series_key),
    foreign key (run_id, series_key) references ml.forecast_series
);
grant select, insert on ml.forecast_hours to sluice_pipeline;
create trigger append_only before update or delete or truncate on ml.forecast_hours
for each statement execute function ops.refuse_change();

create table serving.forecast_hours (
    series_key uuid primary key,
    starts_on date not null,
    predicted real [] not null,
    sizes real [] not null,
    half_widths real [] not null,
    quality jsonb not null,
    warnings jsonb not null
);
grant select on serving.forecast_hours to sluice_api;
grant select, insert, update, delete on serving.forecast_hours to sluice_pipeline;

create table serving.ticket_hours (
    series_key uuid not null,
    day date not null,
    tickets_by_hour integer [] not null check (array_length(tickets_by_hour, 1) = 24),
    primary key (series_key, day)
);
grant select on serving.ticket_hours to sluice_api;
grant select, insert, update, delete on serving.ticket_hours to sluice_pipeline;
