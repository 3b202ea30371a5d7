"""The commands, a module for each, named as it: its arguments, what it does and what it prints.

A module that is put here is a command; its docstring is what `--help` says. How an answer leaves is told in
`exports`, what several commands have in common in `common`.
"""
