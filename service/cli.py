"""The `hitsujun` command. It imports nothing of ours before Ctrl-C ends it in silence."""

from __future__ import annotations

import sys

INTERRUPTED = 130  # as a shell has it


def main(argv: list[str] | None = None) -> int:
    """Run one command. A bad input is one line on stderr and exit status 2.

    SIGTERM ends it as Ctrl-C does: what is painted so far is kept, and nothing half-written.
    """
    try:
        import signal

        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, signal.default_int_handler)
        from data.exit_status import exit_status
        from service.standard_streams import open_closed_streams

        open_closed_streams()
        return exit_status(lambda: _run(argv))
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(argv: list[str] | None) -> int:
    from service.command_line import command_parser

    args = command_parser().parse_args(argv)
    return int(args.run(args))


if __name__ == "__main__":
    sys.exit(main())
