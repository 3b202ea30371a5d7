"""A user's project opened for work.

Everything that is wrong with it, what is late, and the graph of its steps.
"""
