"""The commands, a module for each, named as it: what it does and what it prints.

Arguments and exit statuses are `cli`'s; how an answer leaves is told in `exports`.
"""
