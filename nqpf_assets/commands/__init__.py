"""What users see: the commands' output in the terminal, tables as papers print them."""
