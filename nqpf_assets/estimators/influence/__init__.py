"""What single numbers and rows do to coefficients: derivatives, and estimates without some of the rows.

Exact algebra for estimators that are linear in the outcome; nothing here is estimated again.
"""
