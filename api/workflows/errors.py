from api.kit.errors import DuplicateError, InvalidStateError, NotFoundError


class WorkflowNotFoundError(NotFoundError):
    error = "Workflow not found"


class WorkflowNameTakenError(DuplicateError):
    error = "A workflow of this name exists: choose another name"


class WorkflowMatchTakenError(DuplicateError):
    error = (
        "Another initialized workflow takes the same department, category and sub_category: "
        "change one of them, or pause the other workflow"
    )


class WorkflowNotPublishableError(InvalidStateError):
    error = "Only a draft or an initialized workflow can be initialized"
