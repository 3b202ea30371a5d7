"""The benchmarks of the documentation: seconds and memory, beside others that do the same.

`line` says what a line is, `lines` holds one module for each, `alone` measures one contestant at one size in
a process of its own, `results` keeps what was measured and compares, `page` writes `docs/benchmarks.md`.
``make bench`` runs all.
"""
