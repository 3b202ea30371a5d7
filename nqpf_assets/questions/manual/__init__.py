"""The documentation, asked from a terminal: its pages as topics, their sections, what they say of a word.

Pages are read as they stand in `docs/`, which travels inside the wheel; nothing is written here twice.
"""
