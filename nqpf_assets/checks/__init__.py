"""What tables are held to right after they are written: columns, grain, and rules that only they can break.

A rule is a module's business; when rules run, and what a broken one stops, is told in `steps`.
"""
