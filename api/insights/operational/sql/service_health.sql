select json_build_object(
    {{ provenance }},
    'total_tasks', measured.tickets,
    'pending', measured.pending,
    'in_progress', measured.in_progress,
    'completed', measured.completed,
    'sla_compliance_rate',
    round(100.0 * measured.sla_met / nullif(measured.sla_met + measured.sla_breached, 0), 2),
    'sla_at_risk', measured.sla_at_risk,
    'completion_rate', round(100.0 * measured.completed / nullif(measured.tickets, 0), 2),
    'pipeline', (
        select json_build_object(
            'published_at', publications.published_at,
            'run_id', publications.run_id,
            'checks_passed', coalesce((publications.check_results ->> 'passed')::integer, 0),
            'checks_failed', coalesce(publications.check_results -> 'failed', '[]'),
            'last_failure', (
                select json_build_object(
                    'run_id', failed_runs.run_id,
                    'job_name', failed_runs.job_name,
                    'failed_at', failed_runs.failed_at,
                    'failures', failed_runs.failures
                )
                from serving.failed_runs
                where failed_runs.failed_at > publications.published_at
                order by failed_runs.failed_at desc
                limit 1
            )
        )
        from serving.publications
        where publications.publication_id = published.publication_id
    ),
    'model', (
        select json_build_object(
            'trained_at', forecast_series.trained_at,
            'champion', forecast_series.champion,
            'fallback', forecast_series.fallback,
            'wape', forecast_series.quality -> 'wape'
        )
        from serving.forecast_series
        where forecast_series.series_key = series.series_key
    )
)
from {{ measures }} as measured
