"""Examples that Tencent published: its sample code, its documents on message encryption, and its test cases."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Vector:
    """One sealed text: whose, its parameters, and what is inside."""

    token: str
    app_id: str
    aes_key: str
    timestamp: str
    nonce: str
    signature: str
    sealed: str
    contains: str
    plain: str = ""
    prefix: str = ""


# developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption: an event in safe mode, and the reply to it
DOCUMENTED_PUSH = Vector(
    token="AAAAA",
    app_id="wxba5fad812f8e6fb9",
    aes_key="A" * 43,
    timestamp="1714112445",
    nonce="415670741",
    signature="046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
    sealed=(
        "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsX"
        "UnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajA"
        "sjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
    ),
    contains='"debug_str":"hello world"',
    plain=(
        '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,'
        '"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
    ),
    prefix="a8eedb185eb2fecf",
)
DOCUMENTED_REPLY = Vector(
    token="AAAAA",
    app_id="wxba5fad812f8e6fb9",
    aes_key="A" * 43,
    timestamp="1713424427",
    nonce="415670741",
    signature="1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1",
    sealed="ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==",
    contains="good luck",
    plain='{"demo_resp":"good luck"}',
    prefix="707722b803182950",
)
# Sample.py of the sample code: a text message in compatible mode
SAMPLE_TEXT = Vector(
    token="spamtest",
    app_id="wx2c2769f8efd9abc2",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    timestamp="1409735669",
    nonce="1320562132",
    signature="5d197aaffba7e9b25a30732f161a50dee96bd5fa",
    sealed=(
        "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGHQHFVAFmOD2LdJF9"
        "FrXpbUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3y"
        "t+WGzjlpKn6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v"
        "6h0EIBYYI1BD1DlD+C0CR8e6OewpusjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE="
    ),
    contains="<Content><![CDATA[abcdteT]]></Content>",
)
# Sample.cs of the sample code: a text message, and the check of the address
SAMPLE_PUSH = Vector(
    token="QDG6eK",
    app_id="wx5823bf96d3bd56c7",
    aes_key="jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
    timestamp="1409659813",
    nonce="1372623149",
    signature="477715d11cdb4164915debcba66cb864d751f3e6",
    sealed=(
        "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvu"
        "JTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwG"
        "c2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9"
        "EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0"
        "lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
    ),
    contains="<Content><![CDATA[hello]]></Content>",
)
SAMPLE_ECHO = Vector(
    token="QDG6eK",
    app_id="wx5823bf96d3bd56c7",
    aes_key="jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
    timestamp="1409659589",
    nonce="263014780",
    signature="5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
    sealed="P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
    contains="1616140317555161061",
)
SEALED = [DOCUMENTED_PUSH, DOCUMENTED_REPLY, SAMPLE_TEXT, SAMPLE_PUSH, SAMPLE_ECHO]

# WXBizMsgCryptTest.java of the sample code: encryption with a fixed prefix
JAVA_TEST = {
    "token": "pamtest",
    "app_id": "wxb11529c136998cb6",
    "aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "prefix": "aaaabbbbccccdddd",
    "plain": "我是中文abcd123",
    "sealed": "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==",
}

# the same documents: (token, timestamp, nonce, signature) of an address check, a push in plain and one in safe mode
SIGNED = [
    ("AAAAA", "1714036504", "1514711492", "f464b24fc39322e44b38aa78f5edd27bd1441696"),
    ("AAAAA", "1714037059", "486452656", "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
    ("AAAAA", "1714112445", "415670741", "6c5c811b55cc85e0e1b54100749188c20beb3f5d"),
]
