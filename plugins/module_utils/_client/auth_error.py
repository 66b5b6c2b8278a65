# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people are told when a registry does not let them in: which credential was used, never what it is."""

from __future__ import annotations

from typing import Sequence

from .auth_scheme import Authorization, Scheme
from .challenge import Challenge
from .credential import Credential
from .error_advice import PERHAPS_NO_REPOSITORY
from .errors import AuthError, ResponseError, clean_text
from .host import DOCKER_HUB
from .response import Response, response_error
from .token_request import advice_for


def refused(response: Response, registry: str, credential: Credential, sent: Authorization | None) -> AuthError:
    """The registry answered 401 to the best that `credential` can give."""
    base = response_error(response)
    if credential.is_anonymous:
        hint = base.hint
    elif sent is None or sent.scopes is None:
        hint = advice_for(credential, registry)
    else:
        hint = f"The credentials from {credential.source} gave a token, but it does not permit this on {registry}"
        if registry == DOCKER_HUB:
            hint += PERHAPS_NO_REPOSITORY
    return _auth_error(base, base.message, hint)


def unusable(
    response: Response, credential: Credential, challenges: Sequence[Challenge], schemes: Sequence[Scheme]
) -> AuthError:
    """The registry answered 401, and nothing of what it offers can be done with `credential`."""
    base = response_error(response)
    wanted = clean_text(", ".join(one.scheme for one in challenges), 100)
    troubles = [scheme.trouble for scheme in schemes if scheme.trouble]
    if troubles:
        return _auth_error(base, f"{base.message}: {'; '.join(troubles)}", None)
    if not challenges:
        what = "it does not say how to authenticate, its WWW-Authenticate header is missing or malformed"
        return _auth_error(base, f"{base.message}: {what}", "Is this a registry, or a proxy before one?")
    if not schemes:
        return _auth_error(base, f"{base.message}: it wants {wanted}, only basic and bearer are supported", None)
    if credential.is_anonymous:
        return _auth_error(base, base.message, base.hint)
    kind = credential.kind.replace("_", " ")
    return _auth_error(
        base,
        f"{base.message}: it wants {wanted}, for which the {kind} from {credential.source} is of no use",
        "Log in with a user name and a password",
    )


def interrupted(response: Response) -> ResponseError:
    """The registry wants authorization, which is at hand, but half of a body that cannot be sent again is gone."""
    error = response_error(response)
    error.retryable = True
    error.hint = "The registry asked for authorization in the middle of a transfer, which has to start again"
    return error


def _auth_error(base: ResponseError, message: str, hint: str | None) -> AuthError:
    return AuthError(
        message,
        method=base.method,
        url=base.url,
        status=base.status,
        codes=base.codes,
        category=base.category,
        hint=hint,
    )
