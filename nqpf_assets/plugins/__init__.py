"""How members of one kind are found: the modules of a room, and packages that others install beside ours.

What a member is, a reader or an index method, is told in the room of its kind; docs/plugins.md is for those
who write a package.
"""
