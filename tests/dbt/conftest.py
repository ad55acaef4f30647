from tests.pipelines.conftest import (
    connection,
    desk_days,
    desk_url,
    pytest_collection_modifyitems,
    sluice_home,
)

__all__ = ["connection", "desk_days", "desk_url", "pytest_collection_modifyitems", "sluice_home"]
