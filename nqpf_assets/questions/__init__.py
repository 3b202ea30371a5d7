"""What is asked of a published file: its tables, ready queries, a shell, an assistant's questions.

Read from what is published alone, by a connection that is handed in; nothing is computed, built or written
here. What a command is told stands in `commands`, the walk under a number in `explanations`.
"""
