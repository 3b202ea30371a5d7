"""What describes a variable of a panel before anything is estimated."""
