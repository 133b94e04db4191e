"""`python -m kernklant` is the same as `kernklant`."""

from kernklant.cli import main

main()
