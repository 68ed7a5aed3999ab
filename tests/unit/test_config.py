"""Settings are read and checked once; all that is wrong is said at once, in French."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grants.config import Settings, SmtpServer, read_settings

KEY, SALT, TOTP = "k" * 32, "s" * 32, "t" * 32


def settings(tmp_path: Path, **environ: str) -> Settings:
    return read_settings({"GRANTS_INSTANCE": str(tmp_path / "instance"), **environ}, tmp_path)


def refusal(tmp_path: Path, **environ: str) -> list[str]:
    with pytest.raises(ValueError, match="Réglages à corriger") as caught:
        settings(tmp_path, **environ)
    return str(caught.value).splitlines()


def test_everything_given_is_everything_read(tmp_path: Path) -> None:
    read = settings(
        tmp_path,
        GRANTS_DATABASE_URL="postgresql://grants:p%40ss@db.example/grants",
        GRANTS_SECRET_KEY=KEY,
        GRANTS_PASSWORD_SALT=SALT,
        GRANTS_TOTP_SECRET=TOTP,
        GRANTS_BASE_URL="https://appels.example.fr/",
        GRANTS_SMTP_URL="smtp://robot:se%2Fcret@relais.example.fr?starttls=1",
        GRANTS_MAIL_FROM="Appels à projets <appels@example.fr>",
        GRANTS_DEMO="0",
        GRANTS_SECOND_FACTOR="optional",
        GRANTS_MAX_FORM_BYTES="1000000",
        GRANTS_MAX_DOSSIER_BYTES="2000000",
        GRANTS_PROXIES="1",
    )
    assert read == Settings(
        instance=tmp_path / "instance",
        database_url="postgresql+psycopg://grants:p%40ss@db.example/grants",
        secret_key=KEY,
        password_salt=SALT,
        totp_secret=TOTP,
        base_url="https://appels.example.fr",
        smtp=SmtpServer("relais.example.fr", 587, "robot", "se/cret", "starttls"),
        mail_from="Appels à projets <appels@example.fr>",
        demo=False,
        second_factor="optional",
        max_form_bytes=1_000_000,
        max_dossier_bytes=2_000_000,
        proxies=1,
    )
    assert read.https


def test_nothing_given_is_a_safe_local_installation(tmp_path: Path) -> None:
    read = settings(tmp_path)
    assert read.database_url == f"sqlite:///{tmp_path}/instance/grants.sqlite"
    assert (read.smtp, read.demo, read.second_factor) == (None, False, "required")
    assert (read.base_url, read.https) == ("http://127.0.0.1:8000", False)
    assert (read.max_form_bytes, read.proxies) == (8_000_000, 0)
    assert read.max_dossier_bytes == 1_000_000_000


def test_an_empty_variable_is_as_good_as_none(tmp_path: Path) -> None:
    assert settings(tmp_path, GRANTS_SMTP_URL=" ", GRANTS_DEMO="") == settings(tmp_path)


def test_a_demo_asks_no_second_factor_unless_told_to(tmp_path: Path) -> None:
    assert settings(tmp_path, GRANTS_DEMO="1").second_factor == "off"
    told = settings(tmp_path, GRANTS_DEMO="1", GRANTS_SECOND_FACTOR="required")
    assert told.second_factor == "required"


def test_a_checkout_keeps_its_instance_beside_the_code(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    assert read_settings({}, tmp_path).instance == tmp_path / "instance"


def test_an_installed_package_keeps_its_instance_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.prefix", str(tmp_path / "venv"))
    read = read_settings({}, tmp_path / "site-packages")
    assert read.instance == tmp_path / "venv" / "var" / "grants-instance"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_psycopg(tmp_path: Path, scheme: str) -> None:
    read = settings(tmp_path, GRANTS_DATABASE_URL=f"{scheme}://db.example/grants")
    assert read.database_url == "postgresql+psycopg://db.example/grants"


def test_a_relative_sqlite_file_lies_in_the_instance_folder(tmp_path: Path) -> None:
    read = settings(tmp_path, GRANTS_DATABASE_URL="sqlite:///essai.sqlite")
    assert read.database_url == f"sqlite:///{tmp_path}/instance/essai.sqlite"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://relais.example.fr", SmtpServer("relais.example.fr", 25)),
        ("smtp://localhost:2525", SmtpServer("localhost", 2525)),
        ("smtp://a:b@localhost", SmtpServer("localhost", 25, "a", "b")),
        ("smtps://a:b@relais.fr", SmtpServer("relais.fr", 465, "a", "b", "tls")),
        ("smtp://relais.fr:26?starttls=1", SmtpServer("relais.fr", 26, security="starttls")),
    ],
)
def test_the_mail_server_is_read_from_one_address(
    tmp_path: Path, url: str, server: SmtpServer
) -> None:
    read = settings(tmp_path, GRANTS_SMTP_URL=url, GRANTS_MAIL_FROM="appels@example.fr")
    assert read.smtp == server


def test_all_wrong_settings_are_listed_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    lines = refusal(
        tmp_path,
        GRANTS_DATABASE_URL="mysql://db/grants",
        GRANTS_SECRET_KEY="court",
        GRANTS_BASE_URL="appels.example.fr",
        GRANTS_SMTP_URL="smtp://a:b@relais.example.fr",
        GRANTS_MAIL_FROM="personne",
        GRANTS_DEMO="peut-être",
        GRANTS_SECOND_FACTOR="parfois",
        GRANTS_MAX_FORM_BYTES="-1",
        GRANTS_MAX_DOSSIER_BYTES="999999",
    )
    assert lines == [
        "Réglages à corriger :",
        "GRANTS_DATABASE_URL : « mysql » n’est ni sqlite ni postgresql",
        "GRANTS_SECRET_KEY : au moins 32 caractères sont attendus",
        "GRANTS_DEMO : « peut-être » n’est ni 1 ni 0",
        "GRANTS_SECOND_FACTOR : « parfois » n’est ni required, ni optional, ni off",
        "GRANTS_BASE_URL : une adresse http:// ou https:// est attendue",
        "GRANTS_SMTP_URL : le mot de passe partirait en clair : ajoutez ?starttls=1 ou smtps://",
        "GRANTS_MAIL_FROM : « personne » n’est pas une adresse électronique",
        "GRANTS_MAX_FORM_BYTES : « -1 » n’est pas un nombre d’octets entre 100000 et 100000000",
        (
            "GRANTS_MAX_DOSSIER_BYTES : « 999999 » n’est pas un nombre d’octets entre 1000000 et "
            "100000000000"
        ),
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("GRANTS_DATABASE_URL", "n'importe quoi", "l’adresse de la base est illisible"),
        (
            "GRANTS_DATABASE_URL",
            "sqlite://",
            "une base en mémoire serait perdue à l’arrêt : donnez un fichier",
        ),
        ("GRANTS_SMTP_URL", "smtp://", "une adresse smtp:// ou smtps:// est attendue"),
        ("GRANTS_SMTP_URL", "smtp://relais:mot", "l’adresse est illisible"),
        (
            "GRANTS_SMTP_URL",
            "smtp://localhost?tls=1",
            "seul « ?starttls=1 » peut suivre le serveur",
        ),
        (
            "GRANTS_SMTP_URL",
            "smtps://localhost?starttls=1",
            "smtps:// est déjà chiffré : retirez starttls",
        ),
        (
            "GRANTS_BASE_URL",
            "https://appels.fr/?page=1",
            "ni « ? », ni « # », ni « @ » dans l’adresse du site",
        ),
    ],
)
def test_a_wrong_setting_says_why(tmp_path: Path, name: str, text: str, reason: str) -> None:
    environ = {"GRANTS_MAIL_FROM": "appels@example.fr", name: text}
    assert refusal(tmp_path, **environ) == ["Réglages à corriger :", f"{name} : {reason}"]


def test_a_mail_server_needs_a_sender(tmp_path: Path) -> None:
    assert refusal(tmp_path, GRANTS_SMTP_URL="smtp://localhost") == [
        "Réglages à corriger :",
        "GRANTS_MAIL_FROM : un expéditeur est attendu avec GRANTS_SMTP_URL",
    ]


def test_an_instance_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "fichier"
    file.touch()
    assert refusal(tmp_path, GRANTS_INSTANCE=str(file)) == [
        "Réglages à corriger :",
        f"GRANTS_INSTANCE : « {file} » n’est pas un dossier",
    ]


def test_secrets_are_made_once_for_the_owner_only(tmp_path: Path) -> None:
    first, second = settings(tmp_path), settings(tmp_path)
    made = (first.secret_key, first.password_salt, first.totp_secret)
    assert len(set(made)) == 3
    assert made == (second.secret_key, second.password_salt, second.totp_secret)
    files = sorted((tmp_path / "instance").iterdir())
    assert [file.name for file in files] == ["password_salt", "secret_key", "totp_secret"]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * 3


def test_processes_that_start_together_share_their_secrets(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda _: settings(tmp_path), range(16)))
    assert {one.secret_key for one in read} == {settings(tmp_path).secret_key}


def test_a_damaged_secret_stops_the_start_rather_than_being_replaced(tmp_path: Path) -> None:
    settings(tmp_path)
    file = tmp_path / "instance" / "secret_key"
    file.write_text("")
    assert refusal(tmp_path) == [
        "Réglages à corriger :",
        f"{file} : secret abîmé, au moins 32 caractères sont attendus",
    ]


def test_settings_shown_in_a_log_hold_no_secret(tmp_path: Path) -> None:
    shown = repr(
        settings(
            tmp_path,
            GRANTS_SECRET_KEY=KEY,
            GRANTS_PASSWORD_SALT=SALT,
            GRANTS_TOTP_SECRET=TOTP,
            GRANTS_DATABASE_URL="postgresql://grants:motdepasse@db/grants",
            GRANTS_SMTP_URL="smtps://robot:motdepasse@relais.example.fr",
            GRANTS_MAIL_FROM="appels@example.fr",
        )
    )
    assert [secret for secret in (KEY, SALT, TOTP, "motdepasse") if secret in shown] == []
