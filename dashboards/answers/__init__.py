"""The part of each API answer that a page shows, by topic; the contract describes the whole."""
