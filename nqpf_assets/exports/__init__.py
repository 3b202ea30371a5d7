"""Answers in the form somebody takes away: tables as text, CSV, lines in a terminal.

Nothing is computed here.
"""
