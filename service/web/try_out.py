"""What the settings name is tried before anything is served: pictures, queue and limits.

Pictures that cannot be stored stop the start. A queue or limits that do not answer are only told:
jobs are found without the one, and either may come back.
"""

from __future__ import annotations

import sys

from data.one_line import one_line
from service.blobs import try_out_blobs
from service.errors import SettingsError
from service.jobs.queue import server_name
from service.settings import Settings, variable
from service.waiting import say_if_slow

SECONDS = 3  # that a server may take to answer
EFFECTS = {
    "queue_url": "until it does, jobs begin up to 5 s later",
    "limits_url": "until it does, nothing is limited",
}


def try_out(settings: Settings) -> None:
    """Say what does not answer, in a line each. Raises SettingsError for what cannot work."""
    with say_if_slow("the store of pictures"):
        try_out_blobs(settings)
    for name, effect in EFFECTS.items():
        if url := getattr(settings, name):
            place = f"{server_name(url)} of {variable(name)}"
            try:
                with say_if_slow(place):
                    silent = _silent(url)
            except Exception as error:  # each library has its own errors
                raise SettingsError(f"{place} cannot be used: {_reason(error)}") from error
            if silent:
                line = f"hitsujun: {place} does not answer: {_reason(silent)}; {effect}"
                print(line, file=sys.stderr, flush=True)


def _silent(url: str) -> Exception | None:
    """The error of a server that does not answer. Raises what it answers, or is wrong in a URL."""
    return _of_postgresql(url) if url.startswith("postgres") else _of_redis(url)


def _of_postgresql(url: str) -> Exception | None:
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=SECONDS).close()
    except psycopg.OperationalError as error:  # a wrong password too, with the same class
        return error
    return None


def _of_redis(url: str) -> Exception | None:
    from redis import ConnectionPool, Redis
    from redis.exceptions import AuthenticationError, ConnectionError, TimeoutError

    patience = {"socket_connect_timeout": SECONDS, "socket_timeout": SECONDS}
    pool = ConnectionPool.from_url(url, retry=None, **patience)
    try:
        with Redis(connection_pool=pool) as redis:
            redis.ping()
    except AuthenticationError:
        raise
    except (ConnectionError, TimeoutError) as error:
        return error
    return None


def _reason(error: Exception) -> str:
    text = str(error).strip().partition("\n")[0].removesuffix(".")
    if isinstance(error, TypeError):  # redis hands each option to a function
        text = f"there is no option {text.rpartition(' ')[2]}"
    return one_line(text)
