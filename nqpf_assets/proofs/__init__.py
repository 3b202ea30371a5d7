"""A finished manuscript held against what is published: its tables cell by cell, and its sentences."""
