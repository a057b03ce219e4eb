"""What things cost, each beside its floor: the least that the same machine can do it for.

`./run bench` prints every figure with its floor from the same run, and writes `var/bench/`. Start
reading at `__main__.py`.
"""
