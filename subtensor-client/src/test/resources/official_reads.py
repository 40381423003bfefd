"""Answers reads by the official SDK 11: a line of JSON in ({"block", "name", "arguments"}), a line of JSON out ({"result"} or {"error"})."""

import asyncio
import dataclasses
import datetime
import decimal
import json
import sys

from bittensor.balance import Balance
from bittensor.client import Client


def plain(value):
    """Balances as exact decimals, the rest as JSON has it."""
    if isinstance(value, Balance):
        return str(decimal.Decimal(value.rao).scaleb(-9))
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (bytes, bytearray)):
        return "0x" + bytes(value).hex()
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    return str(value)


async def main():
    async with Client(sys.argv[1], fallback_endpoints=[], archive_endpoints=[]) as client:
        for line in sys.stdin:
            asked = json.loads(line)
            try:
                view = await client.at(asked["block"])
                told = {"result": plain(await view.read(asked["name"], **asked["arguments"]))}
            except Exception as e:  # noqa: BLE001 - whatever it is, the test is told
                told = {"error": f"{type(e).__name__}: {e}"}
            print(json.dumps(told), flush=True)


asyncio.run(main())
