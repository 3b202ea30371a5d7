"""How index scores move with the values of their indicators, a module for each method.

Apart from the methods themselves, so that what is known of them can grow without an index being made again.
"""
