"""What `sources.yaml` lists brought into `raw/`: only what changed, each as a vintage of its own.

`declared` says what may be listed, `polite` how servers are asked, `bureau` what the bureau's interface is
asked, `arrived` what becomes of an answer, and `fetch` goes through the list.
"""
