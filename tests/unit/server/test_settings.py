import stat
from pathlib import Path

import pytest

from server.settings import Settings, SettingsError


def test_an_empty_environment_gives_the_embedded_hub(tmp_path: Path) -> None:
    settings = Settings.from_environment({"HUB_DATA_DIR": str(tmp_path)})

    assert settings.embedded
    assert settings.database_url == f"sqlite:///{tmp_path}/hub.sqlite3"
    assert settings.broker_url is None
    assert (settings.port, settings.fund_code, settings.dialect, settings.max_upload_mb) == (8080, "63", "generic", 512)
    assert settings.max_upload_bytes == 512 * 1024 * 1024
    assert settings.timezone.key == "Europe/Samara"


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    environ = {"HUB_DATA_DIR": str(tmp_path / "new")}

    first = Settings.from_environment(environ).secret_key

    assert len(first) >= 32
    assert Settings.from_environment(environ).secret_key == first
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret_key"]
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600


def test_the_data_folder_is_made_beside_a_server_of_its_own_too(tmp_path: Path) -> None:
    environ = {"HUB_DATA_DIR": str(tmp_path / "new"), "HUB_DATABASE_URL": "postgresql://db/hub"}
    Settings.from_environment({**environ, "HUB_SECRET_KEY": "k" * 64})
    assert list((tmp_path / "new").iterdir()) == []


def test_all_problems_are_reported_together_and_nothing_is_made(tmp_path: Path) -> None:
    environ = {
        "HUB_DATA_DIR": str(tmp_path / "new"),
        "HUB_DATABASE_URL": "oracle://x:secret-word@y/z",
        "HUB_BROKER_URL": "http://broker",
        "HUB_PORT": "80800",
        "HUB_FUND_CODE": "6З",
        "HUB_DIALECT": "penza",
        "HUB_MAX_UPLOAD_MB": "0",
        "HUB_LOG_LEVEL": "loud",
        "HUB_TIMEZONE": "Europe/Nowhere",
        "HUB_SECRET_KEY": "short",
        "HUB_PROT": "8080",
    }

    with pytest.raises(SettingsError) as wrong:
        Settings.from_environment(environ)

    named = {problem.partition(":")[0] for problem in wrong.value.problems}
    assert named == set(environ) - {"HUB_DATA_DIR"}
    assert all("\n" not in problem for problem in wrong.value.problems)
    assert "secret-word" not in str(wrong.value)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_spelling_of_postgresql_names_the_installed_driver(scheme: str) -> None:
    key = "k" * 32
    settings = Settings.from_environment({"HUB_DATABASE_URL": f"{scheme}://hub@db/hub", "HUB_SECRET_KEY": key})

    assert settings.database_url == "postgresql+psycopg2://hub@db/hub"
    assert not settings.embedded
    assert settings.secret_key == key


def test_beside_a_database_server_the_key_must_be_given(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="HUB_SECRET_KEY"):
        Settings.from_environment({"HUB_DATABASE_URL": "postgresql://db/hub", "HUB_DATA_DIR": str(tmp_path)})

    assert not list(tmp_path.iterdir())


def test_a_data_folder_that_cannot_be_written_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(SettingsError, match="HUB_DATA_DIR"):
        Settings.from_environment({"HUB_DATA_DIR": str(tmp_path / "file")})


def test_an_empty_variable_means_the_default_and_those_of_tests_are_left_alone(tmp_path: Path) -> None:
    environ = {"HUB_DATA_DIR": str(tmp_path), "HUB_PORT": "", "HUB_TEST_POSTGRES": "x", "OTHER": "y"}

    assert Settings.from_environment(environ).port == 8080


@pytest.mark.parametrize("zone", ["Europe", "../etc/passwd", "/etc/localtime", "Moscow"])
def test_what_is_no_time_zone_is_refused(zone: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="HUB_TIMEZONE"):
        Settings.from_environment({"HUB_DATA_DIR": str(tmp_path), "HUB_TIMEZONE": zone})


def test_secrets_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    environ = {
        "HUB_DATA_DIR": str(tmp_path),
        "HUB_DATABASE_URL": "postgresql://hub:first-secret@db/hub",
        "HUB_BROKER_URL": "amqp://hub:second-secret@mq/",
        "HUB_SECRET_KEY": "third-secret" * 3,
    }

    assert "-secret" not in repr(Settings.from_environment(environ))


def test_trusted_proxies_are_networks(tmp_path: Path) -> None:
    environ = {"HUB_DATA_DIR": str(tmp_path), "HUB_TRUSTED_PROXIES": "10.0.0.5, 10.1.0.0/24,::1"}
    assert [str(one) for one in Settings.from_environment(environ).trusted_proxies] == [
        "10.0.0.5/32",
        "10.1.0.0/24",
        "::1/128",
    ]
    with pytest.raises(SettingsError, match="HUB_TRUSTED_PROXIES"):
        Settings.from_environment({**environ, "HUB_TRUSTED_PROXIES": "proxy.local"})
