"""The readers of this package: one module for each publisher's format.

A module that is put here is registered (`formats.registry`). It says by what it knows its files, and reads
one from bytes to cells; nothing is matched, merged, converted or chosen.
"""
