"""What people type into a search box, as a full-text query that PostgreSQL takes whatever it holds."""

_LONGEST_WORD = 100


def prefix_query(search: str) -> str:
    """Ask for every word of a search as the beginning of a word."""
    words = [word[:_LONGEST_WORD].replace("\\", "\\\\").replace("'", "''") for word in search.split()]
    return " & ".join(f"'{word}':*" for word in words)
