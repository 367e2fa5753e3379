"""`python -m webhooks.cli` is `ksdd`."""

from webhooks.cli import main

if __name__ == "__main__":
    main()
