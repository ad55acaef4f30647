-- How work flows through the steps of a workflow, as readers see it.

-- One row per workflow, also one that no ticket has run through yet.
create table serving.workflow_facts (
    workflow_id bigint primary key,
    workflow_name text not null,
    department text not null,
    category text not null,
    sub_category text not null,
    status text not null,
    -- Tickets whose way is known, of these the completed, and those that were at a step more than once.
    tickets integer not null,
    completed integer not null,
    reworked integer not null,
    visits integer not null,
    moves integer not null,
    deviating_moves integer not null,
    variants integer not null,
    -- Completed tickets whose way the design permits.
    designed integer not null,
    happy_variant_id uuid,
    happy_tickets integer not null
);
create index workflow_facts_department on serving.workflow_facts (department);

-- Tickets beside the department of their workflow, which need not be their own.
create view serving.department_rows as
select ticket.*, workflow.department as workflow_department
from serving.ticket_rows as ticket
inner join serving.workflow_facts as workflow on ticket.workflow_id = workflow.workflow_id;

-- One row per step that the design holds or a ticket has visited: a node of the process map.
create table serving.step_facts (
    step_id bigint primary key,
    step_name text not null,
    workflow_id bigint not null,
    workflow_name text not null,
    role text not null,
    position integer not null,
    is_designed boolean not null,
    is_start boolean not null,
    is_end boolean not null,
    visits integer not null,
    visits_open integer not null,
    visits_repeated integer not null,
    -- Backward moves out of the step, whoever made them.
    visits_rejected integer not null,
    tickets integer not null,
    -- Tickets whose last visit was here, which is where the open ones are.
    tickets_last integer not null,
    -- Completed tickets that were never here.
    skipped integer not null,
    visit_seconds bigint not null,
    median_seconds double precision,
    p90_seconds double precision,
    -- The same in the working time of each ticket's calendar.
    median_business_seconds double precision,
    p90_business_seconds double precision
);
create index step_facts_workflow on serving.step_facts (workflow_id, position, step_id);

-- One row per pair of steps that tickets visited one right after the other: an edge of the process map.
-- A pair of the design that nobody went counts zero.
create table serving.process_edges (
    workflow_id bigint not null,
    from_step_id bigint not null,
    to_step_id bigint not null,
    from_step_name text not null,
    to_step_name text not null,
    is_designed boolean not null,
    is_backward boolean not null,
    moves integer not null,
    -- Of these, into a step where the ticket had been before.
    repeated integer not null,
    -- From entering the one step to entering the other.
    move_seconds bigint not null,
    median_seconds double precision,
    p90_seconds double precision,
    median_business_seconds double precision,
    p90_business_seconds double precision,
    primary key (workflow_id, from_step_id, to_step_id)
);

-- One row per way that completed tickets went, the most frequent first.
create table serving.process_variants (
    workflow_id bigint not null,
    position integer not null,
    variant_id uuid not null,
    step_ids bigint[] not null,
    step_names text[] not null,
    tickets integer not null,
    -- Tickets whose resolution was recorded; the durations are theirs.
    resolutions integer not null,
    resolution_seconds bigint not null,
    median_seconds double precision,
    p90_seconds double precision,
    is_designed boolean not null,
    is_happy_path boolean not null,
    primary key (workflow_id, position)
);
create unique index process_variants_id on serving.process_variants (workflow_id, variant_id);

-- One row per ticket with a known way; what the drilldown of a workflow finds its rows by.
create table serving.case_rows (
    task_id bigint primary key,
    workflow_id bigint not null,
    -- Where the ticket is or, if it is over, was last.
    last_step_id bigint not null,
    -- Only of completed tickets: the others are still on their way, or left it.
    variant_id uuid,
    is_reworked boolean not null,
    created_at timestamptz not null
);
create index case_rows_variant on serving.case_rows (workflow_id, variant_id, created_at desc, task_id desc);
create index case_rows_step on serving.case_rows (workflow_id, last_step_id, created_at desc, task_id desc);
create index case_rows_reworked on serving.case_rows (workflow_id, created_at desc, task_id desc)
where is_reworked;

-- One row per stay of a ticket at a step.
create table serving.visit_rows (
    visit_id bigint primary key,
    task_id bigint not null,
    visit_number integer not null,
    ticket_number text not null,
    subject text not null,
    department text not null,
    category text not null,
    sub_category text not null,
    workflow_id bigint not null,
    workflow_name text not null,
    step_id bigint not null,
    step_name text not null,
    priority text not null,
    role text not null,
    source text not null,
    direction text not null,
    is_open boolean not null,
    -- Whether the ticket had been at this step before.
    is_repeated boolean not null,
    previous_step_id bigint,
    next_step_id bigint,
    next_step_name text,
    entered_at timestamptz not null,
    left_at timestamptz,
    visit_seconds bigint,
    business_seconds bigint
);
create index visit_rows_newest on serving.visit_rows (entered_at desc, visit_id desc);
create index visit_rows_step on serving.visit_rows (step_id, entered_at desc, visit_id desc);
create index visit_rows_workflow on serving.visit_rows (workflow_id, entered_at desc, visit_id desc);
create index visit_rows_role on serving.visit_rows (role, entered_at desc, visit_id desc);
create index visit_rows_department on serving.visit_rows (department, entered_at desc, visit_id desc);
create index visit_rows_category on serving.visit_rows (category, entered_at desc, visit_id desc);
create index visit_rows_direction on serving.visit_rows (direction, entered_at desc, visit_id desc);
create index visit_rows_move on serving.visit_rows (step_id, previous_step_id, entered_at desc, visit_id desc);
create index visit_rows_onward on serving.visit_rows (step_id, next_step_id, entered_at desc, visit_id desc);
create index visit_rows_repeated on serving.visit_rows (step_id, entered_at desc, visit_id desc)
where is_repeated;
-- The event log of a workflow, case by case.
create index visit_rows_case on serving.visit_rows (workflow_id, task_id, visit_number);

grant select on
    serving.workflow_facts, serving.step_facts, serving.process_edges, serving.process_variants,
    serving.case_rows, serving.visit_rows, serving.department_rows
to sluice_api;
grant select, insert, update, delete on
    serving.workflow_facts, serving.step_facts, serving.process_edges, serving.process_variants,
    serving.case_rows, serving.visit_rows
to sluice_pipeline;
