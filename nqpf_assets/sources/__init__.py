"""Files with their origin cards, and what becomes of their cells: observations, and where files disagree.

How a file's bytes become cells is told in `formats`.
"""
