"""The checks of this package, one module each, named as its check.

A module that is put here is registered (`checks.registry`); docs/checks.md is made from them.
"""
