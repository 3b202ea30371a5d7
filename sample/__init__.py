"""Synthetic yearbooks with planted effects: files as the publishers write them, numbers made up.

`python -m sample OUT_DIR` writes the files of ``raw/``. The truth that they carry is
in `planted`, how it gets into the numbers in `province` and `chongqing`, explained in
``docs/sample_data.md``. Nothing that reads data belongs here.
"""
