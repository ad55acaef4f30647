-- What is under way now, read where it happens: unlike all other answers this one cannot wait for a
-- publication.
select
    json_build_object(
        'to_workflow_api', (
            select json_build_object(
                'pending', pending,
                'failed', failed,
                'oldest_seconds', floor(extract(epoch from now() - oldest_at))
            )
            from intake.outbox_state()
        ),
        'to_ticket_service', (
            select json_build_object(
                'pending', count(*),
                'failed', (select count(*) from ops.outbox_event where failed_at is not null),
                'oldest_seconds', floor(extract(epoch from now() - min(occurred_at)))
            )
            from ops.outbox_event
            where delivered_at is null and failed_at is null
        ),
        'notifications', (
            select json_build_object(
                'pending', count(*),
                'failed', (
                    select count(*) from ops.notification_delivery
                    where first_failed_at is not null and status = 'failed'
                ),
                'oldest_seconds', floor(extract(epoch from now() - min(created_at)))
            )
            from ops.notification_delivery
            where status in ('pending', 'retrying')
        ),
        'role_sync', (
            select json_build_object(
                'last_event_at', greatest(
                    (select max(last_told_at) from ops.role),
                    (select max(last_told_at) from ops.role_user),
                    max(parked_at)
                ),
                'parked', count(*) filter (where applied_at is null),
                'oldest_parked_seconds',
                floor(extract(epoch from now() - min(parked_at) filter (where applied_at is null)))
            )
            from ops.parked_membership
        ),
        'queue', (
            -- The oldest is known without reading every job: ids follow the order of arrival.
            select json_build_object(
                'ready', ready,
                'scheduled', scheduled,
                'running', running,
                'failed', failed,
                'oldest_ready_seconds', floor(extract(epoch from now() - least(due_at, (
                    select min(event.at) from queue.procrastinate_events as event
                    where event.job_id = jobs.oldest_id
                ))))
            )
            from (
                select
                    count(*) filter (where is_ready) as ready,
                    count(*) filter (where status = 'todo' and not is_ready) as scheduled,
                    count(*) filter (where status = 'doing') as running,
                    count(*) filter (where status = 'failed') as failed,
                    min(scheduled_at) filter (where is_ready) as due_at,
                    min(id) filter (where is_ready and scheduled_at is null) as oldest_id
                from (
                    select
                        *,
                        status = 'todo' and coalesce(scheduled_at <= now(), true) as is_ready
                    from queue.procrastinate_jobs
                    where status in ('todo', 'doing', 'failed')
                ) as unfinished
            ) as jobs
        ),
        'oldest_unpublished_seconds', (
            select floor(extract(epoch from now() - min(news.recorded_at)))
            from serving.current_publication
            inner join serving.publications using (publication_id)
            cross join lateral (
                select recorded_at from ops.task_event where tx_id >= publications.watermark
                union all
                select recorded_at from ops.task_item_event where tx_id >= publications.watermark
                union all
                select recorded_at from ops.ticket_event where tx_id >= publications.watermark
            ) as news
        ),
        'data_age_seconds', (
            select floor(extract(epoch from now() - publications.data_as_of))
            from serving.current_publication
            inner join serving.publications using (publication_id)
        ),
        'model_age_seconds', (
            select floor(extract(epoch from now() - max(forecast_series.trained_at)))
            from serving.forecast_series
        )
    )::text as state
