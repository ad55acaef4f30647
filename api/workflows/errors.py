from api.kit.errors import ConflictError, DuplicateError, InvalidStateError, NotFoundError


class WorkflowNotFoundError(NotFoundError):
    error = "Workflow not found"


class VersionNotFoundError(NotFoundError):
    error = "Workflow version not found"


class StepNotFoundError(NotFoundError):
    error = "Step not found"


class TransitionNotFoundError(NotFoundError):
    error = "Transition not found"


class WorkflowNameTakenError(DuplicateError):
    error = "A workflow of this name exists: choose another name"


class WorkflowMatchTakenError(DuplicateError):
    error = (
        "Another initialized workflow takes the same department, category and sub_category: "
        "change one of them, or pause the other workflow"
    )


class TransitionTakenError(DuplicateError):
    error = "A transition of this name leads from the one step to the other: choose another name"


class WorkflowNotPublishableError(InvalidStateError):
    error = "A paused workflow cannot be initialized: resume it by update-details with status initialized"


class WorkflowNotInitializedError(InvalidStateError):
    error = "Only an initialized workflow can be paused or resumed: initialize it first"


class WorkflowInUseError(ConflictError):
    code = "workflow_in_use"
    error = "Tasks ran on this workflow, so it stays for their history: pause it to take no more tickets"


class RoleGoneError(InvalidStateError):
    error = "A role that this version names was deleted: restore the role, or edit the graph instead"
