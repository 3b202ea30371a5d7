"""What people are told.

Problems with place and remedy, numbers and the texts of strangers as they may be printed.
"""
