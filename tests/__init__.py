"""Tests, in folders named as those of `nqpf_assets`, and what they share."""
