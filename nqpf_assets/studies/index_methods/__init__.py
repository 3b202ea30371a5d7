"""The index methods that a study can name: one module each, with the options and where it is computed.

A module that is put here is registered (`studies.indices`); its numbers are the module of the same name in
`indices/methods`.
"""
