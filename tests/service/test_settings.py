from pathlib import Path

import pytest

from service.errors import SettingsError
from service.settings import Settings


def test_every_wrong_variable_is_named_at_once() -> None:
    with pytest.raises(SettingsError, match=r"MAX_STYLES='x'.*THREADS='0'") as raised:
        Settings.from_env({"HITSUJUN_THREADS": "0", "HITSUJUN_MAX_STYLES": "x"})
    assert str(raised.value).endswith("allowed: 1 to 1000")


def test_a_machine_is_not_filled_with_processes() -> None:
    given = {"HITSUJUN_WORKERS": "99999", "HITSUJUN_THREADS": "1000", "HITSUJUN_PROXIES": "-1"}
    with pytest.raises(SettingsError) as raised:
        Settings.from_env(given)
    assert str(raised.value) == (
        "HITSUJUN_WORKERS='99999'; allowed: 1 to 256; HITSUJUN_PROXIES='-1'; allowed: 0 to 100"
    )


def test_every_wrong_argument_is_named_at_once() -> None:
    with pytest.raises(SettingsError, match=r"MAX_STYLES=-1.*THREADS=0"):
        Settings(threads=0, max_styles=-1)


def test_variables_replace_the_defaults_and_an_empty_one_does_not() -> None:
    environ = {"HITSUJUN_DATA_DIR": "/data", "HITSUJUN_THREADS": "8", "HITSUJUN_KEEP_HOURS": ""}
    settings = Settings.from_env(environ)
    assert settings == Settings(data_dir=Path("/data"), threads=8)
    assert settings.jobs_dir == Path("/data/jobs")
    assert settings.work_dir == Path("/data/work")


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"HOME": "/home/ann"}, "/home/ann/.local/share/hitsujun"),
        ({"HOME": "/home/ann", "XDG_DATA_HOME": "/elsewhere"}, "/elsewhere/hitsujun"),
        ({"HOME": "/home/ann", "XDG_DATA_HOME": ""}, "/home/ann/.local/share/hitsujun"),
    ],
)
def test_the_data_folder_on_linux_follows_xdg(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], folder: str
) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert Settings().data_dir == Path(folder)


def test_the_variable_of_the_data_folder_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/elsewhere")
    assert Settings.from_env({"HITSUJUN_DATA_DIR": "/chosen"}).data_dir == Path("/chosen")


def test_the_kind_of_the_database_must_be_known_and_its_url_is_not_repeated() -> None:
    with pytest.raises(SettingsError, match="must begin with sqlite:///") as raised:
        Settings.from_env({"HITSUJUN_DATABASE_URL": "mysql://ann:secret@host/name"})
    assert "secret" not in str(raised.value)
    assert "secret" not in repr(Settings(database_url="postgresql://ann:secret@host/name"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("LIMIT_DEVICES", "30"),
        ("LIMIT_DRAWINGS", "0/minute"),
        ("LIMIT_DRAWINGS", "5 per fortnight"),
        ("LIMITS_URL", "memcached://host"),
        ("LOG_FORMAT", "xml"),
        ("METRICS_TOKEN", "secret"),
        ("PROXIES", "-1"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///"),
        ("BLOBS_URL", "memory://"),
        ("LIMIT_DEVICES", "9999999999/hour"),
        ("BLOBS_URL", "s3://"),
        ("BLOBS_URL", "s3:///secret"),
        ("DATABASE_URL", "sqlite:///file:/tmp/secret.sqlite"),
        ("DATA_DIR", "file:///data"),
        ("DATA_DIR", "/home/ann/http:/data"),
        ("LIMITS_URL", "redis://host:6379/secret"),
        ("METRICS_TOKEN", "secret-that-has-é-in-it"),
        ("METRICS_TOKEN", "secret with a space in it"),
        ("QUEUE_URL", "redis://host:6379/secret"),
        ("TRUSTED_HOSTS", "a.b, https://c.d"),
        ("TRUSTED_HOSTS", "a.b c.d"),
        ("TRUSTED_HOSTS", " , "),
        ("TRUSTED_HOSTS", "a..b"),
        ("LIMITS_URL", "redis://[::1/secret"),
        ("LIMITS_URL", "redis://host:99999999/0"),
        ("LIMITS_URL", "redis://a secret host/0"),
        ("QUEUE_URL", "unix://"),
        ("BLOBS_URL", "s3://[secret/"),
        ("BLOBS_URL", "file:///data/%zz"),
        ("BLOBS_URL", "file:///data/%00"),
        ("BLOBS_URL", "file:///data/100%"),
        ("DATABASE_URL", "sqlite://///:memory:"),
        ("DATABASE_URL", "postgresql://[::1/secret"),
        ("KEEP_HOURS", "9" * 13),
        ("PAINTER_MEMORY_MB", "200"),
    ],
)
def test_a_setting_that_is_not_allowed_is_named_with_what_is(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=rf"HITSUJUN_{name}.* (must|allowed)") as raised:
        Settings.from_env({f"HITSUJUN_{name}": text})
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("QUEUE_URL", "redis://:p%40ss@[::1]:6379/0"),
        ("QUEUE_URL", "unix:///run/redis.sock?db=1"),
        ("QUEUE_URL", "postgresql://a@one:5432,two:5433/b"),
        ("LIMITS_URL", "rediss://host/"),
        ("DATABASE_URL", "sqlite:////my folder/a.sqlite"),
        ("DATABASE_URL", "postgresql+psycopg://a:b%2Fc@[::1]:5432/d"),
        ("BLOBS_URL", "file:///my%20folder/a%3Fb"),
        ("BLOBS_URL", "s3://bucket/folder"),
        ("TRUSTED_HOSTS", ".example.org, a-b.c:8000, localhost"),
    ],
)
def test_a_setting_that_is_allowed_is_taken(name: str, text: str) -> None:
    assert getattr(Settings.from_env({f"HITSUJUN_{name}": text}), name.lower()) == text


def test_a_variable_that_there_is_not_is_no_setting() -> None:
    with pytest.raises(SettingsError, match="TRUSTED_HOST; did you mean HITSUJUN_TRUSTED_HOSTS"):
        Settings.from_env({"HITSUJUN_TRUSTED_HOST": "a.b"})
    assert Settings.from_env({"HITSUJUN_CACHE": "/a", "HOME": "/b"}) == Settings()


def test_no_proxy_is_allowed_and_hosts_are_a_list() -> None:
    settings = Settings.from_env({"HITSUJUN_PROXIES": "0", "HITSUJUN_TRUSTED_HOSTS": "a.b, c.d,"})
    assert settings.proxies == 0 and settings.hosts == ["a.b", "c.d"]


def test_the_default_database_is_a_file_in_the_data_folder() -> None:
    assert Settings(Path("/data")).database == "sqlite:////data/hitsujun.sqlite"
