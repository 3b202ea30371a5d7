"""What things are: regions valid in time, series, units, columns.

Facts that hold for every source and every study belong here, as data files with the code
that reads them. What a single file says about itself belongs to its origin card.
"""
