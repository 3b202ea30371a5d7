"""The kinds of tables that a study can ask for: one module each, with its keys and what makes it.

A module that is put here is registered (`studies.tables`); what makes its tables is a module of `stages`.
"""
