"""What `sources.yaml` lists brought into `raw/`: only what changed, each as a vintage of its own.

`declared` says what may be listed, `polite` how servers are asked, `answers` how a body is read, `begun` how
a file is taken up that broke off, `bureau` what the bureau's interface is asked, `arrived` what becomes of an
answer, `remembered` what is known from the last time, and `fetch` goes through the list.
"""
