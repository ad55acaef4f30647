(
    with tables as (
        select coalesce(sum(row_count), 0) as row_count from serving.input_facts
    )

    select json_build_object(
        {{ provenance }},
        'quarantine', (
            select json_build_object(
                'rows', count(distinct (aside.source_table, aside.row_id)),
                'tickets', count(distinct aside.ticket_id),
                'share', round(
                    100.0 * count(distinct (aside.source_table, aside.row_id))
                    / nullif((select tables.row_count from tables), 0), 4
                )
            )
            from serving.quarantined_rows as aside
        ),
        'reasons', (
            select coalesce(json_agg(json_build_object(
                'reason', found.reason,
                'source_table', found.source_table,
                'rows', found.row_count,
                'tickets', found.ticket_count,
                'share', round(100.0 * found.row_count / nullif(told.row_count, 0), 4),
                'first_seen_at', to_json(found.first_seen_at at time zone 'UTC') #>> '{}' || 'Z',
                'last_seen_at', to_json(found.last_seen_at at time zone 'UTC') #>> '{}' || 'Z'
            ) order by found.row_count desc, found.source_table, found.reason), '[]')
            from (
                select
                    source_table,
                    reason,
                    count(*) as row_count,
                    count(distinct ticket_id) as ticket_count,
                    min(seen_at) as first_seen_at,
                    max(seen_at) as last_seen_at
                from serving.quarantined_rows
                group by source_table, reason
            ) as found
            left join serving.input_facts as told using (source_table)
        ),
        'feeds', (
            select coalesce(json_agg(json_build_object(
                'source_table', told.source_table,
                'rows', told.row_count,
                'quarantined_rows', told.quarantined_count,
                'last_seen_at', to_json(told.last_seen_at at time zone 'UTC') #>> '{}' || 'Z',
                'last_occurred_at', to_json(told.last_occurred_at at time zone 'UTC') #>> '{}' || 'Z',
                'age_seconds',
                greatest(floor(extract(epoch from published.data_as_of - told.last_seen_at)), 0)::bigint,
                'recent_events', told.recent_count,
                'late_events', told.late_count,
                'late_share', round(100.0 * told.late_count / nullif(told.recent_count, 0), 2)
            ) order by told.source_table), '[]')
            from serving.input_facts as told
        ),
        'checks', (
            select json_build_object(
                'passed', coalesce((publications.check_results ->> 'passed')::integer, 0),
                'warned', jsonb_array_length(coalesce(publications.check_results -> 'failed', '[]')),
                'unmet', coalesce(publications.check_results -> 'failed', '[]'),
                'assets', (
                    select coalesce(json_agg(json_build_object(
                        'asset', checked.key,
                        'passed', (checked.value ->> 'passed')::integer,
                        'failed', (checked.value ->> 'failed')::integer
                    ) order by checked.key), '[]')
                    from jsonb_each(coalesce(publications.check_results -> 'assets', '{}')) as checked
                )
            )
            from serving.publications
            where publications.publication_id = published.publication_id
        )
    )
)
