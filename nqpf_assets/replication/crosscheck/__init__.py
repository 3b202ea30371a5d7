"""The numbers of another program held against what is published, term by term.

Every published coefficient and effect is a row, whatever the other program gave: a number that it should have
and has not is a failure, one that its script leaves out by declaration is told with the reason.
"""
