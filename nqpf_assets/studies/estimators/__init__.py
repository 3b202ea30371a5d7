"""The estimators that a study can name: one module each, with its options, its refusals and what is printed.

A module that is put here is registered (`studies.estimator_registry`) and stands in study files, their
schema and the reference. It is light to import: what estimates is named (`Estimator.function`), and stands
in `estimation`.
"""
