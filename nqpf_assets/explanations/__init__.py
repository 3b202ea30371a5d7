"""What a published number is made of: the walk from it to the cells of the files, as data.

Everything is read from what is published, never from the study files as they are today. What lies between
two published numbers is computed by the project's own code and held against them. How a walk is printed
is `exports`'.
"""
