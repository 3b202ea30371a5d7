"""The formats in which results leave, one module each, named as its format.

A module that is put here is registered (`exports.registry`); `nqpf query`, `nqpf show` and `nqpf export`
know it by what it writes: rows, printed tables, a dataset with its labels, a whole study.
"""
