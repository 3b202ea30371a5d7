"""What is published, and what was: the database file, its account, and every earlier one that is kept.

A publication is a manifest: tables by content, and what they were made from. Contents are kept once in
an archive, so that twenty publications cost little more than what differs between them. What tables
hold is not decided here.
"""
