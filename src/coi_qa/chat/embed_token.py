"""The short-lived token by which a case system lets its page ask (JWT, RFC 7519)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import jwt

from coi_qa.errors import BadTokenError, NotPermittedError

AUDIENCE: Final = "coi-qa"
ALGORITHM: Final = "HS256"
MAX_LIFETIME_S: Final = 15 * 60  # what leaks out of a page is soon worth nothing
LEEWAY_S: Final = 30  # that two clocks may differ by
MAX_TOKEN_CHARS: Final = 4096  # one with a dozen countries has 300
MAX_COUNTRIES: Final = 50  # as many as a question may be held to

_NEEDED: Final = ("iss", "aud", "iat", "exp")


@dataclass(frozen=True, slots=True)
class Embedding:
    """Which sites may embed the component, and what they sign their tokens with.

    Attributes:
        origins: Scheme, host and unusual port, as browsers write them.
        key: Shared secret, at least 32 bytes.
    """

    origins: frozenset[str]
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Permit:
    """What a token that holds allows.

    Attributes:
        origin: Of the page that may ask.
        countries: Codes of the countries it may ask about; none for all.
    """

    origin: str
    countries: tuple[str, ...] = ()


def mint_token(
    embedding: Embedding,
    origin: str,
    *,
    now: int,
    lifetime_s: int,
    countries: Sequence[str] = (),
) -> str:
    """Return a token for pages of `origin`, as a case system would make one.

    Args:
        embedding: Has the key.
        origin: Of the pages that will ask.
        now: Seconds since 1970.
        lifetime_s: From 1 to `MAX_LIFETIME_S`.
        countries: Codes that it is limited to; none for all.
    """
    claims: dict[str, Any] = {
        "iss": origin,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + lifetime_s,
    }
    if countries:
        claims["countries"] = list(countries)
    return jwt.encode(claims, embedding.key, algorithm=ALGORITHM)


def read_permit(embedding: Embedding, token: str, *, origin: str) -> Permit:
    """Return what a token allows a page of `origin`.

    Raises:
        BadTokenError: it is none, of another key, too old or too long-lived.
        NotPermittedError: no page of `origin` may ask, or the token is another's.
    """
    if origin not in embedding.origins:
        raise NotPermittedError(
            "Strona z tego adresu nie może pytać; osoba, która prowadzi usługę, "
            "dopuszcza adresy ustawieniem COI_QA_EMBED_ORIGINS."
        )
    claims = _claims(embedding, token)
    if claims["iss"] != origin:
        raise NotPermittedError(
            "Token wystawiono dla innej strony niż ta, która go przysłała; w polu "
            "„iss” powinien mieć jej adres (Origin)."
        )
    if not 0 < claims["exp"] - claims["iat"] <= MAX_LIFETIME_S:
        raise BadTokenError(
            "Token ma być ważny najwyżej "
            f"{MAX_LIFETIME_S // 60} minut („exp” mniej „iat”); wystaw krótszy."
        )
    return Permit(origin, _countries(claims))


def _claims(embedding: Embedding, token: str) -> dict[str, Any]:
    """Return the claims of a token whose signature, audience and times hold."""
    if len(token) > MAX_TOKEN_CHARS:
        raise BadTokenError(
            f"Token ma {len(token)} znaków, a może mieć najwyżej {MAX_TOKEN_CHARS}."
        )
    try:
        claims = jwt.decode(
            token,
            embedding.key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            leeway=LEEWAY_S,
            options={"require": list(_NEEDED), "strict_aud": True},
        )
    except jwt.ExpiredSignatureError as exc:
        raise BadTokenError("Token wygasł; pobierz nowy.") from exc
    # Beside its own errors: its JSON may be nested deeper than Python reads.
    except (jwt.PyJWTError, RecursionError, ValueError) as exc:
        raise BadTokenError(
            f"Token nie jest ważny ({type(exc).__name__}); powinien to być JWT "
            f"podpisany {ALGORITHM} wspólnym kluczem, z polami {', '.join(_NEEDED)} "
            f"i aud równym „{AUDIENCE}”."
        ) from exc
    if not all(type(claims[name]) is int for name in ("iat", "exp")):
        raise BadTokenError("Pola „iat” i „exp” tokenu to liczby całkowite sekund.")
    return claims


def _countries(claims: dict[str, Any]) -> tuple[str, ...]:
    if "countries" not in claims:
        return ()
    given = claims["countries"]
    is_list = isinstance(given, list) and 0 < len(given) <= MAX_COUNTRIES
    if not is_list or not all(isinstance(code, str) for code in given):
        raise BadTokenError(
            'Pole „countries” tokenu to niepusta lista kodów krajów, np. ["KAZ"]; '
            "bez ograniczenia pomiń je."
        )
    return tuple(given)
