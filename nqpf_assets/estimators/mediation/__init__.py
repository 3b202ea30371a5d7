"""How much of an effect runs through a mediator.

Three equations, Sobel's tests, a bootstrap of whole units.
"""
