"""How far apart regions are, whether they draw closer, and where the distance lies.

Here live pure functions over arrays, with frozen results: decompositions of inequality by
group of regions, convergence, densities. They read no table and know no study; what the
measures mean and which conventions they follow stands in docs/methods/regional_differences.md.
"""
