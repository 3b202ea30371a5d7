"""Manuscripts as they are read: a module for each format."""
