"""A bot that places one order after the other, for tests that kill it; the helper process forks one per line of input.

Forked, a bot is a process of its own that needs no second to start. After a restart it sends what it has not sent yet:
what its client calls its own is never sent again.
"""

import json
import os
import sys

import fault_support
from fault_support import log_in, place

MAKERS = {"native": fault_support.native, "facade": fault_support.facade}


def own_orders(client):
    return getattr(client, "_neo", client).own_orders()


def trade(make):
    client = log_in(make())
    sent = {own.tag for own in own_orders(client)}
    for number in range(100_000):
        if f"k{number}" not in sent:
            place(client, f"k{number}")


def tell(make):
    """Prints which orders were this machine's own: [tag, wire tag, order number, status]."""
    client = log_in(make())
    found = [
        [own.tag, own.wire_tag, own.order_id, own.order.status if own.order else None] for own in own_orders(client)
    ]
    print(json.dumps(found))
    fault_support.close(client)


def serve(make):
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            try:
                trade(make)
            finally:
                os._exit(3)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    {"tell": tell, "serve": serve}[sys.argv[1]](MAKERS[sys.argv[2]])
