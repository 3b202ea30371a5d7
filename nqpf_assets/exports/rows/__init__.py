"""The formats of rows, one module each, named as its format.

A module that is put here is registered (`exports.registry`), and `nqpf query --format` knows it.
"""
