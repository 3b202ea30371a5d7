"""Tables as papers print them, before they are a terminal's, Word's or LaTeX's: lines, notes, style."""
