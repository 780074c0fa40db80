"""Requests as a query of DuckDB: what viewers asked, by a seed, in the columns of standard logging v2.

Each request depends on the seed, its distribution and its number alone, never on how many others there are: `hash` is the
only source of chance. The shapes are those of real logs: URLs and countries by Zipf's law, most answers from the cache,
some slow, a fifth of viewers with IPv6; and what makes logs hard: hosts in mixed case with ports, `-`, status 000, escapes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

COUNTRIES = tuple(
    "US,DE,GB,FR,JP,IN,BR,CA,AU,NL,ES,IT,SE,PL,KR,MX,ZA,TR,SG,CH,AT,BE,DK,NO,FI,IE,PT,CZ,RO,HU,GR,UA,IL,AE,SA,EG,NG,KE,AR,CL,"  # noqa: SIM905
    "CO,PE,TH,VN,ID,MY,PH,HK,TW,NZ,CN,PK,BD,LK,MA,TN,DZ,KZ,GE,LT".split(",")
)
AGENTS = (
    "Mozilla/5.0%20(Windows%20NT%2010.0;%20Win64;%20x64)%20AppleWebKit/537.36%20(KHTML,%20like%20Gecko)%20Chrome/142.0",
    "Mozilla/5.0%20(iPhone;%20CPU%20iPhone%20OS%2018_5%20like%20Mac%20OS%20X)%20AppleWebKit/605.1.15%20Mobile/15E148",
    "Mozilla/5.0%20(X11;%20Linux%20x86_64;%20rv:140.0)%20Gecko/20100101%20Firefox/140.0",
    "curl/8.5.0",
    '"Quoted"%20bot/1.0%20\\x22escaped\\x5C',
    "b\u00e9b\u00e9%20browser/2.1",
    "-",
)
ENDINGS = (".html", ".jpg", ".js", ".css", ".mp4", "", ".png", ".json")
EDGES = ("FRA56-P3", "IAD89-C1", "NRT57-P2", "SFO53-P7", "GRU3-C1", "BOM78-P1", "LHR50-P4", "SYD62-P2")


@dataclass(frozen=True, slots=True)
class Distribution:
    """Whose requests are made up."""

    id: str
    edge_domain: str
    hosts: tuple[str, ...]
    """What viewers send as Host: its aliases, or its own name where it has none."""


def requests(distribution: Distribution, seed: int, begins: datetime, seconds: int, first: int, count: int) -> str:
    """The query of `count` requests, the first with this number, that were answered within these seconds, in order.

    One request in a thousand was answered up to two minutes before: files hold such lines.
    """
    hosts = _list((*distribution.hosts, distribution.hosts[0].upper() + ":443"))
    start = int(begins.timestamp())
    return f"""
WITH numbers AS (
    SELECT i, {", ".join(f"hash(xor(h, {n}::UBIGINT)) / 18446744073709551616e0 AS u{n}" for n in range(1, 11))}
    FROM (SELECT i, hash('{distribution.id}', {seed}, i) AS h FROM range({first}, {first + count}) AS numbers (i))
), shaped AS (
    SELECT *,
        {start} + CAST(floor({seconds}e0 * (i - {first} + u1) / {count}) AS BIGINT)
            - CASE WHEN u2 < 1e-3 THEN CAST(floor(u3 * 120) AS BIGINT) ELSE 0 END AS second,
        CAST(floor(exp(u4 * ln(40000e0))) AS BIGINT) AS rank,
        CASE WHEN u5 < 0.84 THEN 'Hit' WHEN u5 < 0.88 THEN 'RefreshHit' WHEN u5 < 0.96 THEN 'Miss'
            WHEN u5 < 0.98 THEN 'Error' WHEN u5 < 0.997 THEN 'Redirect' WHEN u5 < 0.999 THEN 'LimitExceeded'
            ELSE 'CapacityExceeded' END AS result,
        {_list(COUNTRIES)}[1 + CAST(floor({len(COUNTRIES)} * pow(u6, 5)) AS BIGINT)] AS country
    FROM numbers
)
SELECT
    strftime(make_timestamp(second * 1000000), '%Y-%m-%d') AS date,
    strftime(make_timestamp(second * 1000000), '%H:%M:%S') AS time,
    {_list(EDGES)}[1 + CAST(floor({len(EDGES)} * u6) AS BIGINT)] AS x_edge_location,
    CASE WHEN u7 < 2e-4 THEN '-' ELSE CAST(CASE WHEN result = 'Hit' OR result = 'Miss'
        THEN CAST(floor(400 + exp(4 + 8 * u7 + 2 * u8)) AS BIGINT) ELSE 300 + CAST(floor(u7 * 900) AS BIGINT) END AS VARCHAR)
        END AS sc_bytes,
    CASE WHEN u8 < 0.2 THEN '2001:db8:' || to_hex(CAST(floor(u6 * 65535) AS BIGINT)) || '::'
            || to_hex(CAST(floor(u3 * 65535) AS BIGINT))
        ELSE '198.51.' || CAST(floor(u6 * 255) AS INTEGER) || '.' || CAST(floor(u3 * 255) AS INTEGER) END AS c_ip,
    CASE WHEN u9 < 0.95 THEN 'GET' WHEN u9 < 0.98 THEN 'HEAD' ELSE 'POST' END AS cs_method,
    '{distribution.edge_domain}' AS cs_host,
    CASE WHEN rank = 1 THEN '/' ELSE '/' || ['shop', 'img', 'static', 'news', 'v1'][1 + rank % 5] || '/'
        || CASE WHEN rank % 97 = 0 THEN 'caf%25C3%25A9%2520' WHEN rank % 89 = 0 THEN '%5Ct%22' ELSE '' END
        || 'item-' || rank || {_list(ENDINGS)}[1 + rank % {len(ENDINGS)}] END AS cs_uri_stem,
    CASE result WHEN 'RefreshHit' THEN '304' WHEN 'Redirect' THEN '301' WHEN 'LimitExceeded' THEN '429'
        WHEN 'CapacityExceeded' THEN '503'
        WHEN 'Error' THEN ['404', '403', '502', '504', '000'][1 + CAST(floor(u9 * 5) AS BIGINT)]
        ELSE CASE WHEN u9 < 0.93 THEN '200' ELSE '206' END END AS sc_status,
    CASE WHEN u10 < 0.5 THEN '-' ELSE 'https://' || {hosts}[1] || '/' END AS cs_referer,
    {_list(AGENTS)}[1 + CAST(floor({len(AGENTS)} * pow(u10, 4)) AS BIGINT)] AS cs_user_agent,
    CASE WHEN u3 < 0.8 THEN '-' ELSE 'v=' || CAST(floor(u3 * 1000) AS BIGINT) || '&utm=%2520x' END AS cs_uri_query,
    '-' AS cs_cookie,
    result AS x_edge_result_type,
    md5(CAST(u1 AS VARCHAR)) || md5(CAST(u2 AS VARCHAR))[:22] || '==' AS x_edge_request_id,
    CASE WHEN u2 > 0.9999 THEN '-' WHEN u2 > 0.99 THEN {hosts}[{len(distribution.hosts) + 1}]
        ELSE {hosts}[1 + CAST(floor({len(distribution.hosts)} * pow(u9, 2)) AS BIGINT)] END AS x_host_header,
    CASE WHEN u10 < 0.97 THEN 'https' ELSE 'http' END AS cs_protocol,
    CAST(200 + CAST(floor(u10 * 900) AS BIGINT) AS VARCHAR) AS cs_bytes,
    CASE WHEN u8 > 0.9998 THEN '-' ELSE format('{{:.3f}}', CASE WHEN result = 'Hit' THEN exp(-7 + 4 * u8 + 2 * u7)
        WHEN result = 'Miss' OR result = 'RefreshHit' THEN exp(-4 + 4.6 * u8)
        ELSE 0.001 * floor(1 + 30 * u8) END) END AS time_taken,
    '-' AS x_forwarded_for,
    CASE WHEN u10 < 0.97 THEN 'TLSv1.3' ELSE '-' END AS ssl_protocol,
    CASE WHEN u10 < 0.97 THEN 'TLS_AES_128_GCM_SHA256' ELSE '-' END AS ssl_cipher,
    result AS x_edge_response_result_type,
    CASE WHEN u9 < 0.7 THEN 'HTTP/2.0' WHEN u9 < 0.9 THEN 'HTTP/3.0' ELSE 'HTTP/1.1' END AS cs_protocol_version,
    '-' AS fle_status,
    '-' AS fle_encrypted_fields,
    CAST(1024 + CAST(floor(u3 * 64000) AS BIGINT) AS VARCHAR) AS c_port,
    format('{{:.3f}}', 0.001 + u8 / 50) AS time_to_first_byte,
    CASE WHEN result = 'Miss' AND u3 < 0.1 THEN 'MissGeneratedResponse' WHEN result = 'Hit' AND u3 < 0.05 THEN 'OriginShieldHit'
        WHEN result = 'Error' THEN ['OriginError', 'Error', 'OriginConnectError', 'ClientCommError', 'AbortedOrigin'][
            1 + CAST(floor(u9 * 5) AS BIGINT)]
        ELSE result END AS x_edge_detailed_result_type,
    {_list(("text/html", "image/jpeg", "text/javascript", "text/css", "video/mp4", "-", "image/png", "application/json"))}[
        1 + rank % 8] AS sc_content_type,
    '-' AS sc_content_len,
    '-' AS sc_range_start,
    '-' AS sc_range_end,
    CASE WHEN u3 < 0.002 THEN '-' ELSE CAST(
        1000 + CAST(hash(country, CAST(floor(6 * pow(u10, 3)) AS BIGINT)) % 60000 AS BIGINT) AS VARCHAR)
        END AS asn,
    CASE WHEN u3 < 0.004 THEN '-' ELSE country END AS c_country,
    second || '.' || lpad(CAST(CAST(floor(u2 * 1000) AS BIGINT) AS VARCHAR), 3, '0') AS timestamp
FROM shaped
"""


def _list(values: tuple[str, ...]) -> str:
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"
