"""Studies are data: the shipped YAML files, their schema (`spec`) and how they are read."""
