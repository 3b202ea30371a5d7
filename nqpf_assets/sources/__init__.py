"""Publishers' formats to cells, and files with their origin cards to observations."""
