"""Reports on paper: what a page showed, set in type."""
