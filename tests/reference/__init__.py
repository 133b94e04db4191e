"""The whole evaluation again, in plain Python: one customer, one line, one sum at a time.

It shares no arithmetic with the engine: no arrays, no SQL, no tables of chances. Slow and obvious
is what it is for; docs/reference/evidence.md tells how far both agree.

A search is not repeated but its answer is proven: of a fit, that no other parameters are likelier;
of a cut-off, that it gives the number the rule wants. Chances are compared with sums over every
number of purchases to come, and those of the engine then decide, so that a division never differs
for the last digit of a chance.
"""
