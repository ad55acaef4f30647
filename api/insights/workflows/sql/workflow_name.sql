select to_json(workflow.workflow_name)
from serving.workflow_facts as workflow
where workflow.workflow_id = :workflow_id::bigint
