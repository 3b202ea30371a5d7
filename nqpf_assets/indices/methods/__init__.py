"""The methods that a study can name: one module each, from indicators and options to an index.

Arithmetic that is of use by itself stands in the modules above; here it becomes an `IndexResult`.
"""
