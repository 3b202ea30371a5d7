"""Do coefficients differ between two groups? Interaction, seemingly unrelated regressions, permutation."""
