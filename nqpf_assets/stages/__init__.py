"""The walk from raw file to published table, stage by stage, as steps that know nothing of Dagster.

Each module builds the steps of one stage; `graph` puts them together, `plan` says which are out
of date. How a step becomes an asset is the business of `nqpf_assets.defs`.
"""
