"""What tables are held to right after they are written: columns, grain, and rules that only they can break.

A check is a module of `registered`, or of a package; what a study promises is in `study_rules`.
When rules run, and what a broken one stops, is told in `steps`.
"""
