"""How a step of the walk is run: its fingerprint, the plan of what is out of date, execution, column lineage.

What the steps do is for `stages`; what their tables must hold, for `checks`.
"""
