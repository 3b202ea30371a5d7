"""What several commands have in common: arguments, the published warehouse that is asked."""
