"""Answers as the long tables that charts and the tables behind them share, by topic."""
