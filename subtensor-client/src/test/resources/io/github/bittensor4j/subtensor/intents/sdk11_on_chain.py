"""The official SDK's intents as an oracle: one JSON request a line in, one JSON answer a line out.

usage: sdk11_on_chain.py WS_URL COLDKEY HOTKEY

  {"do": "ops"}                        all its intents: {op: {"signer", "origin", "fields": [[name, needed], ...]}}
  {"do": "echo", "intent": {...}}      the intent read and written again
  {"do": "pow", "netuid", "block_hash", "hotkey", "coldkey", "difficulty"}   [nonce, seal] of registration by work
  {"do": "build", "intent": {...}}     the bytes of the call that it composes by that chain, for that wallet
"""

import asyncio
import json
import sys
from dataclasses import MISSING, fields
from types import SimpleNamespace

import bittensor_core
from bittensor._substrate import RpcSubstrate
from bittensor._transport.errors import StorageFunctionNotFound
from bittensor.intents import REGISTRY, build
from bittensor.pow_registration import registration_prefix

URL, COLDKEY, HOTKEY = sys.argv[1:4]


class Wallet:
    """Addresses without keys."""

    def __init__(self):
        self.coldkeypub = SimpleNamespace(ss58_address=COLDKEY)
        self.hotkey = SimpleNamespace(ss58_address=HOTKEY)
        self.ss58_address = COLDKEY


class OldRuntime(RpcSubstrate):
    """A chain whose runtime lacks what the newest stores: as if nothing were stored there."""

    async def query(self, module, storage_function, params=None, block_hash=None):
        try:
            return await super().query(module, storage_function, params, block_hash)
        except StorageFunctionNotFound:
            return None


async def answer(substrate, q):
    if q["do"] == "ops":
        return {
            op: {
                "signer": c.signer,
                "origin": c.origin,
                "fields": [
                    [f.name, f.default is MISSING and f.default_factory is MISSING] for f in fields(c)
                ],
            }
            for op, c in REGISTRY.items()
        }
    if q["do"] == "pow":
        prefix = registration_prefix(q["netuid"], q["block_hash"], q["hotkey"], q["coldkey"])
        nonce, seal = bittensor_core.pow_mine_cpu(prefix, q["difficulty"], 0, 1_000_000)
        return [nonce, bytes(seal).hex()]
    args = dict(q["intent"])
    intent = build(args.pop("op"), args)
    if q["do"] == "echo":
        return intent.to_dict()
    built = await intent.build(substrate, Wallet())
    call = getattr(built, "call", built)
    if intent.origin == "root":
        call = await substrate.compose(("Sudo", "sudo", {"call": call}))
    return "0x" + bytes(call.data).hex()


async def main():
    substrate = OldRuntime(URL)
    await substrate.connect()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        try:
            result = {"result": await answer(substrate, json.loads(line))}
        except Exception as error:  # told to the test
            result = {"error": type(error).__name__, "message": str(error)}
        print(json.dumps(result), flush=True)


asyncio.run(main())
