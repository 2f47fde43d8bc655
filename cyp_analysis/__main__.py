"""`python -m cyp_analysis` is the command `cyp`."""

from cyp_analysis.cli import main

if __name__ == "__main__":
    main()
