"""What the formats of office programs are made with: parts of Word files, sheets of Excel files."""
