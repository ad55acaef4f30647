with scored as materialized (
    select
        score.*,
        score.predicted - score.actual as error,
        (score.days_ahead + 6) / 7 as week_ahead
    from serving.forecast_scores as score
    where
        score.series_key = series.series_key
        and score.ds >= published.as_of_day - :days::integer
        and score.days_ahead <= :horizon::integer
),
days as (
    select distinct on (ds)
        ds as date,
        actual,
        issued_on,
        round(predicted::numeric, 2) as predicted,
        round(lower_95::numeric, 2) as lower_95,
        round(upper_95::numeric, 2) as upper_95,
        actual between lower_95 and upper_95 as inside
    from scored
    order by ds, days_ahead desc
)
select json_build_object(
    'forecast_type', 'accuracy',
    {{ provenance }},
    'filters', :filters::json,
    'days', :days::integer,
    'horizon', :horizon::integer,
    'summary', (
        select json_build_object('runs', count(distinct scored.run_id), 'since', min(scored.issued_on), {{ accuracy_figures }})
        from scored
    ),
    'by_week_ahead', (
        select coalesce(json_agg(told.week order by told.week_ahead), '[]')
        from (
            select scored.week_ahead, json_build_object(
                'days_ahead', format('%s-%s', 7 * scored.week_ahead - 6, least(7 * scored.week_ahead, :horizon::integer)),
                {{ accuracy_figures }}
            ) as week
            from scored
            group by scored.week_ahead
        ) as told
    ),
    'by_model', (
        select coalesce(json_agg(told.model order by told.samples desc, told.champion), '[]')
        from (
            select scored.champion, count(*) as samples, json_build_object(
                'name', scored.champion, {{ accuracy_figures }}
            ) as model
            from scored
            group by scored.champion
        ) as told
    ),
    'daily', (select coalesce(json_agg(row_to_json(days) order by days.date), '[]') from days),
    'warnings', case
        when not exists (select from scored) then json_build_array(
            'no forecast for these filters has come due yet: each is judged when its day is over'
        )
        else '[]'::json
    end
)
