-- What was promised must stay readable: a policy or a revision is followed by another, never changed.
create trigger append_only before update or delete or truncate on ops.calendar_revision
for each statement execute function ops.refuse_change();

create trigger append_only before update or truncate on ops.sla_policy
for each statement execute function ops.refuse_change();

-- A policy may go with its workflow, by the foreign key's cascade, and by nothing else.
create function ops.refuse_policy_change() returns trigger
language plpgsql as $$
begin
    if exists (select from ops.workflow where workflow.workflow_id = old.workflow_id) then
        raise exception 'policy % of workflow % is kept as long as the workflow', old.sla_policy_id, old.workflow_id
            using errcode = 'restrict_violation';
    end if;
    return old;
end
$$;

create trigger goes_with_workflow before delete on ops.sla_policy
for each row execute function ops.refuse_policy_change();

-- Until now each workflow had one promise per priority, counted around the clock.
insert into ops.sla_policy (workflow_id, priority, duration, effective_at, created_by)
select workflow.workflow_id, promise.priority, promise.duration, workflow.created_at, workflow.created_by
from ops.workflow as workflow
cross join
    lateral (
        values
        ('Critical', workflow.urgent_sla),
        ('High', workflow.high_sla),
        ('Medium', workflow.medium_sla),
        ('Low', workflow.low_sla)
    ) as promise (priority, duration)
where promise.duration is not null
order by workflow.workflow_id, promise.duration;

-- Seconds, not days, are added: a day is not always 24 hours in the time zone of this session.
update ops.task
set
    at_risk_at = least(worked.since + make_interval(secs => worked.seconds * 0.8), task.target_resolution),
    critical_at = least(worked.since + make_interval(secs => worked.seconds * 0.9), task.target_resolution)
from (
    select
        task_id,
        sla_started_at + make_interval(secs => hold_seconds) as since,
        extract(epoch from target_resolution - sla_started_at) - hold_seconds as seconds
    from ops.task
    where target_resolution is not null
) as worked
where worked.task_id = task.task_id;

grant select, insert, update on ops.calendar to sluice_api;
grant select, insert on ops.calendar_revision, ops.sla_policy to sluice_api;
grant usage on all sequences in schema ops to sluice_api;
grant select on ops.calendar, ops.calendar_revision, ops.sla_policy to sluice_pipeline;
