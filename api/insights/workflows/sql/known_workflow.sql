-- No row, and so no answer, for a workflow that is not published.
select serving.series_key(
    :department::text, :category::text, :sub_category::text, :workflow_id::bigint, :priority::text
) as series_key
from serving.workflow_facts
where workflow_facts.workflow_id = :workflow_id::bigint
