"""Measurements of carecli from outside, in a real pseudo-terminal, and of its store.

`make bench` measures everything at 1,000, 100,000 and 1,000,000 threads; `make bench BENCH=quick`
leaves the million out. The figures are printed beside their targets and kept in `results/`.
"""
