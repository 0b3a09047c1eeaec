"""Examples of signing in, people and keys."""

from typing import Any, Final

ACCOUNT_ID: Final = "019a2f99-1c2d-7e3f-8a4b-5c6d7e8f9012"
_AT: Final = "2026-07-17T05:14:09Z"
_UNTIL: Final = "2026-07-17T05:44:09Z"
_GRANT: Final[dict[str, Any]] = {
    "role": "official",
    "level": "municipality",
    "territories": ["98624"],
    "owner": "",
}
_NAMES: Final = {"ru": "руководитель", "en": "official"}
ME: Final[dict[str, Any]] = {
    "subject": "anna",
    "name": "Анна Егорова",
    **_GRANT,
    "role_names": _NAMES,
    "session": "mfzwizltoq4tqnzy",
    "until": _UNTIL,
    "way": "password",
    "second_factor": True,
    "operations": ["fires_listed", "fires_one", "account_*"],
    "but": ["picture_accept"],
    "sign_in": "required",
    "provider": False,
    "ready": [],
}
PERSON: Final[dict[str, Any]] = {
    "id": ACCOUNT_ID,
    "subject": "anna",
    "version": 2,
    "name": "Анна Егорова",
    **_GRANT,
    "state": "active",
    "way": "password",
    "second_factor": True,
    "made_at": "2026-07-01T02:00:00Z",
    "seen_at": _AT,
}
_INVITED: Final = {
    "person": PERSON | {"version": 1, "state": "invited", "second_factor": False, "seen_at": None},
    "link": "/welcome#p6n2yq7Kk3vE1sJb0mT8cX5wR4zA9uLdHfGiOeQyNVw",
}
KEY: Final[dict[str, Any]] = {
    "id": "k7q2mzp4",
    "holder": "power-grid",
    "name": "Электросети",
    "role": "partner",
    "level": "partner",
    "territories": ["98624"],
    "owner": "power-grid",
    "operations": ["fires_*", "exposure_threatening"],
    "state": "active",
    "made_by": "admin",
    "made_at": _AT,
    "expires_at": "2027-07-17T05:14:09Z",
    "last_used_at": None,
    "limits": None,
}
_MADE: Final = KEY | {
    "secret": "sy_live_k7q2mzp4_abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrsta2b3c4d",
}
_LINK: Final = {"token": "p6n2yq7Kk3vE1sJb0mT8cX5wR4zA9uLdHfGiOeQyNVw"}
_PASSWORD: Final = "four words nobody says"  # noqa: S105 an example

BODIES: Final[dict[str, Any]] = {
    "account_sign_in": {"subject": "anna", "password": _PASSWORD, "code": "492039"},
    "account_demo": {"role": "official"},
    "account_oidc": {"back": "/"},
    "account_look": _LINK,
    "account_join": {**_LINK, "name": "Анна Егорова", "password": _PASSWORD},
    "account_password": {"old": _PASSWORD, "new": "four other words of mine"},
    "account_confirm_second": {"code": "492039"},
    "account_drop_second": {"password": _PASSWORD},
    "people_invite": {"subject": "anna", "name": "Анна Егорова", **_GRANT},
    "people_change": {"name": "Анна Егорова", **_GRANT},
    "people_disable": {"off": True},
    "keys_make": {
        name: KEY[name]
        for name in ("holder", "name", "role", "level", "territories", "owner", "operations")
    }
    | {"days": 365},
}
ANSWERS: Final[dict[str, Any]] = {
    "account_me": ME,
    "account_sign_in": ME,
    "account_sign_out": {"url": None},
    "account_demo": ME
    | {
        "way": "demo",
        "second_factor": False,
        "sign_in": "demo",
        "ready": [
            {
                "code": "official",
                "role": "official",
                "names": _NAMES,
                "places": [{"ru": "Горный улус", "en": "Gorny"}],
            }
        ],
    },
    "account_oidc": {"url": "https://id.example/authorize?response_type=code&state=…"},
    "account_look": {"subject": "anna", "name": "Анна Егорова", "role": "official"},
    "account_join": ME,
    "account_password": ME,
    "account_second_factor": {
        "secret": "JBSWY3DPEHPK3PXP",
        "uri": "otpauth://totp/Sylvan:anna?secret=JBSWY3DPEHPK3PXP&issuer=Sylvan",
        "svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    },
    "account_confirm_second": ME,
    "account_drop_second": ME,
    "people_listed": [PERSON],
    "people_choices": {
        "roles": [
            {"code": "official", "names": _NAMES, "levels": ["federal", "municipality", "region"]}
        ],
        "territories": [
            {
                "code": "98624",
                "level": "municipality",
                "names": {"ru": "Горный улус", "en": "Gorny"},
            }
        ],
    },
    "people_invite": _INVITED,
    "people_change": PERSON,
    "people_disable": PERSON | {"version": 3, "state": "disabled"},
    "people_reset": _INVITED,
    "people_sessions": [
        {
            "id": "mfzwizltoq4tqnzy",
            "way": "password",
            "peer": "10.1.2.3",
            "made_at": _AT,
            "seen_at": _AT,
            "until": _UNTIL,
        }
    ],
    "people_end_sessions": {"ended": 1},
    "keys_listed": [KEY],
    "keys_make": _MADE,
    "keys_rotate": _MADE,
    "keys_revoke": KEY | {"state": "revoked"},
}
