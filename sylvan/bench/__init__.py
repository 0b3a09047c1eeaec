"""Benchmarks and the references that they run beside ours (extra ``[bench]``)."""
