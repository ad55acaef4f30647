{{ columns_workflow }},
ticket.workflow_department
