# ruff: noqa: PLC0415 (Django is imported in its own process alone, once it is configured)
"""A campus sign-in for tests: a real CAS 3.0 server and a real OpenID Connect provider.

`python -m tests.support.campus PORT HOME HALL_URL…` is one Django process with django-cas-server at
/cas and django-oauth-toolkit at /o, on an empty SQLite file in HOME.  `signed_in` walks its forms
as a browser would.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc.jwk import RSAKey

from backend.engines.process import child_setup
from tests.hall import ROOT, free_port, until

PASSWORD = "a long password of the campus"
PEOPLE = ("w01", "supervisor", "stranger")
CARDS = {"stranger": "DEMO0001", "w01": "DEMO0002"}
"""The numbers of their cards, in the claim `card`."""
CLIENT_ID, CLIENT_SECRET = "yizhan", "a secret of ours that only the provider knows too"
READY_S = 60.0
APPS = ("admin", "auth", "contenttypes", "sessions", "messages", "cas_server", "oauth2_provider")


class Campus:
    """The running server, and the key that it signs with."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.process: subprocess.Popen[bytes] | None = None
        self.key = RSAKey.import_key((home / "key.pem").read_text())

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def issuer(self) -> str:
        """What the provider calls itself."""
        return f"{self.url}/o"

    def start(self, *hall_urls: str) -> None:
        """Start it for these halls."""
        argv = [sys.executable, "-m", "tests.support.campus", str(self.port), str(self.home)]
        with (self.home / "campus.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*argv, *hall_urls],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                preexec_fn=child_setup(),  # noqa: PLW1509 (ends with the tests)
            )
        until(self._answers, READY_S)

    def stop(self) -> None:
        """End it; safe to repeat."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.home / "campus.log").read_text()
        try:
            return httpx.get(f"{self.url}/ready", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False


@contextmanager
def campus_on(home: Path) -> Iterator[Campus]:
    """A campus that is not started yet, ended in the end."""
    home.mkdir(exist_ok=True)
    key = RSAKey.generate_key(2048, private=True)
    (home / "key.pem").write_bytes(key.as_pem(private=True))
    (home / "secret").write_text(CLIENT_SECRET)
    campus = Campus(home, free_port())
    try:
        yield campus
    finally:
        campus.stop()


def signed_in(
    browser: httpx.Client, page: httpx.Response, username: str, hall_url: str
) -> httpx.Response:
    """Fill the campus's forms until it sends the browser back to the hall; the answer of that.

    `page` is where the hall sent the browser.
    """
    hall = urlsplit(hall_url).netloc
    for _ in range(10):
        if page.has_redirect_location:
            address = page.url.join(page.headers["location"])
            if address.netloc.decode() == hall:
                return page
            page = browser.get(address)
            continue
        assert page.status_code == 200, page.text[:2000]
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        fields |= dict(
            re.findall(r'name="(lt|service|csrfmiddlewaretoken)" value="([^"]*)"', page.text)
        )
        fields = {name: value.replace("&amp;", "&") for name, value in fields.items()}
        page = browser.post(page.url, data=fields | {"username": username, "password": PASSWORD})
    raise AssertionError(page.text[:2000])


def _configure(home: Path) -> None:
    from django.conf import settings

    settings.configure(
        SECRET_KEY="of a test",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(home / "db.sqlite3")}
        },
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "cas_server",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        MIGRATION_MODULES=dict.fromkeys(APPS),  # their tables at once, not the steps to them
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STATIC_URL="/static/",
        LOGIN_URL="/admin/login/",
        CAS_AUTH_CLASS="cas_server.auth.DjangoAuthUser",
        CAS_NEW_VERSION_HTML_WARNING=False,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": (home / "key.pem").read_text(),
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "who", "profile": "name"},
            "OAUTH2_VALIDATOR_CLASS": f"{__name__}.validator",
            "ALLOWED_REDIRECT_URI_SCHEMES": ["http"],
        },
    )


def _fill(hall_urls: list[str]) -> None:
    from cas_server.models import ServicePattern
    from django.contrib.auth.models import User
    from oauth2_provider.models import Application

    for name in PEOPLE:
        User.objects.create_superuser(name, password=PASSWORD)
    for no, url in enumerate(hall_urls):
        ServicePattern.objects.create(
            name=url, pattern=f"^{re.escape(url)}/", single_log_out=True, pos=no
        )
    Application.objects.create(
        name="hall",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        client_type="confidential",
        authorization_grant_type="authorization-code",
        redirect_uris=" ".join(f"{url}/api/sso/back" for url in hall_urls),
        algorithm="RS256",
        skip_authorization=True,
    )


def __getattr__(name: str) -> Any:
    """Django looks for these when it is configured, and not before."""
    if name == "validator":
        from oauth2_provider.oauth2_validators import OAuth2Validator

        class Validator(OAuth2Validator):  # type: ignore[misc]
            """Tells the user name, as campuses do, and the card."""

            oidc_claim_scope = None  # whatever was asked for

            def get_additional_claims(self, request: Any) -> dict[str, str]:
                """The claims besides those of the protocol."""
                name = request.user.username
                return {"preferred_username": name, "card": CARDS.get(name, "")}

        return Validator
    if name == "urlpatterns":
        from django.contrib import admin
        from django.http import HttpResponse
        from django.urls import include, path

        return [
            path("ready", lambda _request: HttpResponse("ready")),
            path("admin/", admin.site.urls),
            path("cas/", include("cas_server.urls", namespace="cas_server")),
            path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
        ]
    raise AttributeError(name)


def _serve(port: int, home: Path, hall_urls: list[str]) -> None:
    import django
    from django.core.management import call_command
    from django.core.servers.basehttp import run
    from django.core.wsgi import get_wsgi_application

    is_new = not (home / "db.sqlite3").exists()
    sys.modules["tests.support.campus"] = sys.modules["__main__"]
    _configure(home)
    django.setup()
    if is_new:
        call_command("migrate", run_syncdb=True, verbosity=0)
        _fill(hall_urls)
    run("127.0.0.1", port, get_wsgi_application(), threading=True)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
