"""Headers with which every answer leaves, whoever made it."""

from typing import Final

from starlette.types import Message, Send

CSP: Final = (
    "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self'"
    " 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:;"
    " connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'"
    "; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def with_headers(send: Send) -> Send:
    """Sending that adds what the answer does not say itself."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message["headers"]}
            extra = [(k.encode(), v.encode()) for k, v in HEADERS.items()]
            message["headers"] = [
                *message["headers"],
                *((name, value) for name, value in extra if name not in present),
            ]
        await send(message)

    return sending
