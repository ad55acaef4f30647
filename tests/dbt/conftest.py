from tests.pipelines.conftest import connection, desk_url

__all__ = ["connection", "desk_url"]
