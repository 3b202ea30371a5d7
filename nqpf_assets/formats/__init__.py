"""Bytes in, cells out: how each publisher's files and their containers are read.

Nothing is matched to the catalogue, merged or converted; that is for `sources`.
A new format is one module here.
"""
