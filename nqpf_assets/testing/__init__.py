"""What every registered member must hold to, for the tests of packages and of this one.

A check calls a member with data that it makes up and raises `AssertionError` with all that is wrong. Nothing
here is used while a warehouse is built, and no test runner is needed; docs/plugins.md has an example.
"""

from nqpf_assets.testing.estimators import check_estimator, estimator_checks
from nqpf_assets.testing.exports import check_export, export_checks
from nqpf_assets.testing.indices import check_index, index_checks
from nqpf_assets.testing.readers import Example, check_reader, reader_checks
from nqpf_assets.testing.table_checks import check_table_check, table_check_checks

__all__ = [
    "Example",
    "check_estimator",
    "check_export",
    "check_index",
    "check_reader",
    "check_table_check",
    "estimator_checks",
    "export_checks",
    "index_checks",
    "reader_checks",
    "table_check_checks",
]
