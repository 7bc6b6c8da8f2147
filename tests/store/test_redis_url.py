"""REDIS_URL in its forms, and what is told of nonsense."""

import pytest

from backend.settings import SettingsError, read_settings
from backend.store.redis_url import Host, OneServer, Sharded, Watched, servers_of

THREE = (Host("a", 26379), Host("b", 1), Host("::1", 2))


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/2", "rediss://u:p@h", "unix:///run/v.sock"])
def test_one_server_is_left_to_the_client(url: str) -> None:
    assert servers_of(url) == OneServer(url=url)


def test_sentinels_are_listed_with_the_name_of_what_they_watch() -> None:
    assert servers_of("redis+sentinel://a,b:1,[::1]:2/main") == Watched(
        sentinels=THREE, name="main"
    )
    found = servers_of("redis+sentinel://u:p%40ss@a/main/3?sentinel_password=q")
    assert found == Watched(
        sentinels=THREE[:1],
        name="main",
        db=3,
        username="u",
        password="p@ss",
        sentinel_password="q",
    )


def test_cluster_is_some_of_its_nodes() -> None:
    assert servers_of("redis+cluster://:secret@a:1,b") == Sharded(
        nodes=(Host("a", 1), Host("b", 6379)), password="secret"
    )


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("localhost:6379", "redis://host:6379"),
        ("http://localhost", "redis://host:6379"),
        ("redis://", "names no server"),
        ("unix://", "names no server"),
        ("redis+sentinel://a,b", "…/name"),
        ("redis+sentinel://a,,b/main", "not host:port"),
        ("redis+sentinel://a:x/main", "not host:port"),
        ("redis+sentinel://a:70000/main", "not host:port"),
        ("redis+sentinel://a/main/x", "no number"),
        ("redis+sentinel://a/main?down_after=1", "down_after"),
        ("redis+cluster://", "not host:port"),
        ("redis+cluster://a/1", "one database"),
    ],
)
def test_nonsense_is_a_setting_that_says_how_it_should_be(url: str, words: str) -> None:
    with pytest.raises(SettingsError, match="REDIS_URL") as caught:
        read_settings({"REDIS_URL": url})
    assert words in str(caught.value)


def test_words_of_a_wrong_setting_keep_the_password() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"REDIS_URL": "redis+sentinel://:secret@a:x/main"})
    assert "secret" not in str(caught.value)


def test_replicas_are_a_number_and_need_servers_of_your_own() -> None:
    assert read_settings({"REDIS_URL": "redis://a", "REDIS_REPLICAS": "2"}).redis_replicas == 2
    assert read_settings({}).redis_replicas == 0
    for environment in ({"REDIS_REPLICAS": "1"}, {"REDIS_URL": "redis://a", "REDIS_REPLICAS": "x"}):
        with pytest.raises(SettingsError, match="REDIS_REPLICAS"):
            read_settings(environment)
