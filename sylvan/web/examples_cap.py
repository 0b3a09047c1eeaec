"""Examples of CAP, KML and Cursor on Target; a test holds each against its schema."""

from typing import Any, Final

_MESSAGE: Final = """\
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>urn:oid:2.999.5.17</identifier>
  <sender>duty@neighbour.example</sender>
  <sent>2026-07-17T14:10:00+09:00</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <info>
    <language>ru-RU</language>
    <category>Fire</category>
    <event>Природный пожар</event>
    <urgency>Expected</urgency>
    <severity>Moderate</severity>
    <certainty>Observed</certainty>
    <headline>Пожар у границы, 12 км к югу от реки</headline>
    <area>
      <areaDesc>Приграничный район</areaDesc>
      <circle>62.21,126.41 2</circle>
    </area>
  </info>
</alert>
"""
_KML: Final = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>'
BODIES: Final[dict[str, Any]] = {"cap_take": _MESSAGE}
ANSWERS: Final[dict[str, Any]] = {
    "public_cap_territories": [
        {
            "code": "mirninsky",
            "kind": "municipality",
            "name": {"ru": "Мирнинский", "en": "Mirninsky"},
        }
    ],
    "public_cap_certificate": "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n",
    "public_cap_feed_of": '<feed xmlns="http://www.w3.org/2005/Atom"/>',
    "public_cap_message": _MESSAGE,
    "public_kml": _KML,
    "public_kml_now": _KML,
    "outlines_kml_full": _KML,
    "outlines_cot": '<events version="2.0"/>',
    "cap_one": _MESSAGE,
    "cap_listed": {
        "messages": [
            {
                "number": 118,
                "identifier": "urn:oid:2.999.7.1.1.1850.1.20260717051409",
                "sent": "2026-07-17T05:14:09Z",
                "type": "Alert",
                "status": "Actual",
                "theme": "fire",
                "subject": "019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55",
                "level": "near",
                "headline": {
                    "ru": "Природный пожар № SA-2026-00017: Мирнинский, около 240 га",
                    "en": "Wildfire SA-2026-00017: Mirninsky, about 240 ha",
                },
                "expires": "2026-07-17T17:14:09Z",
                "holds": True,
                "references": [],
                "territories": ["SA", "mirninsky"],
            }
        ],
        "next": None,
    },
    "cap_take": {
        "sender": "duty@neighbour.example",
        "identifier": "urn:oid:2.999.5.17",
        "sent": "2026-07-17T14:10:00+09:00",
        "type": "Alert",
        "signature": "none",
        "disposition": {"code": "cap.taken", "params": {}},
        "report": "019a2f71-0b44-7d0f-8a39-5e6c7b8d9f01",
        "remarks": [],
    },
}
