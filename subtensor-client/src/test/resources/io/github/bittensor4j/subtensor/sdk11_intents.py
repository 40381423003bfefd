"""What the official SDK 11 makes of intents: one JSON request a line in, one JSON answer a line out.

usage: sdk11_intents.py METADATA.scale SPEC

Request: {"intent": {"op": ..}, "coldkey": SS58, "hotkey": SS58}. Answer: {"intent": its own JSON, "signer": .., "call": 0x-hex}, or
{"error": class, "message": ..}. Nothing is asked of a chain: storage that an intent reads is what it would be in an empty one.
"""

import asyncio
import hashlib
import json
import sys

import bittensor_core as core
from bittensor.intents import build, multisig
from bittensor.sp_core import ss58_decode

with open(sys.argv[1], "rb") as file:
    metadata = file.read()
RUNTIME = core.Runtime(metadata[metadata.index(b"meta"):], int(sys.argv[2]), 1, 42)
WEIGHT = {"ref_time": 123456789, "proof_size": 4321}


class Composed:
    def __init__(self, pallet, function, params):
        self.tree = {pallet: {function: {key: plain(value) for key, value in params.items()}}}
        self.data = bytes(RUNTIME.compose_call(pallet, function, self.tree[pallet][function]))
        self.call_hash = hashlib.blake2b(self.data, digest_size=32).digest()


def plain(value):
    if isinstance(value, Composed):
        return value.tree
    if isinstance(value, (bytes, bytearray)):
        return "0x" + bytes(value).hex()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


class Chain:
    async def compose(self, call):
        return Composed(call.module, call.function, call.params)

    async def query(self, *names):
        return (45875, 58982) if "AlphaValues" in names else None

    async def estimate_weight(self, call, view):
        return WEIGHT

    def multisig_account(self, signatories, threshold):
        account, _ = core.multisig_account_id([bytes(ss58_decode(s)) for s in signatories], threshold)
        return Key(core.encode_ss58(bytes(account), 42))


class Key:
    def __init__(self, ss58):
        self.ss58_address = ss58
        self.public_key = bytes(ss58_decode(ss58))


class Wallet:
    name = "test"

    def __init__(self, coldkey, hotkey):
        self.coldkeypub = self.coldkey = Key(coldkey)
        self.hotkeypub = self.hotkey = Key(hotkey)


async def funded(*args, **kwargs):
    return None


multisig.check_multisig_funds = funded

for line in sys.stdin:
    try:
        request = json.loads(line)
        fields = dict(request["intent"])
        intent = build(fields.pop("op"), fields)
        built = asyncio.run(intent.build(Chain(), Wallet(request["coldkey"], request["hotkey"])))
        call = built.call if hasattr(built, "call") else built
        if intent.origin == "root":
            call = Composed("Sudo", "sudo", {"call": call})
        answer = {"intent": intent.to_dict(), "signer": intent.signer, "call": "0x" + call.data.hex()}
    except BaseException as failure:  # the native core raises outside Exception too
        if isinstance(failure, KeyboardInterrupt):
            raise
        answer = {"error": type(failure).__name__, "message": str(failure)}
    print(json.dumps(answer), flush=True)
