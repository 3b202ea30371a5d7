"""Publications in object storage: Parquet tables by content, and one small manifest for each publication.

`layout` says what lies where, `sending` brings a project's publications there, `pruning` takes away what is
no longer kept, `keeping` does both after a publication and tells what could not be done, `reading` makes the
published file of it again. How objects are read and written is for `warehouse.object_store`. Explained in
`docs/storage.md`.
"""
