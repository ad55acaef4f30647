{{ columns_workflow }},
workflow.department as workflow_department
