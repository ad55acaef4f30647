import pandas as pd
import psycopg


def read_frame(connection: psycopg.Connection, statement: str) -> pd.DataFrame:
    """What a statement of ours finds; instants, which are named `at` or end so, in UTC without a zone."""
    cursor = connection.execute(statement)
    columns = [column.name for column in cursor.description or ()]
    frame = pd.DataFrame(cursor.fetchall(), columns=columns)
    for name in columns:
        if name == "at" or name.endswith("_at"):
            frame[name] = pd.to_datetime(frame[name], utc=True).dt.tz_localize(None)
    return frame
