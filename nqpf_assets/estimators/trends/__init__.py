"""Straight lines through the years of groups of units."""
