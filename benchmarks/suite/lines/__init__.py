"""One module for each line of the benchmarks, with its `LINE`. Libraries are imported where they are used."""
