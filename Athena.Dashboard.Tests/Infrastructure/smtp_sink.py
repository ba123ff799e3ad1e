"""A real SMTP server for tests. Writes each mail that it takes to a folder and prints the port that it listens on.

Files in the folder steer it: 'refuse' makes it refuse every mail for now (451); 'hang' makes it keep the answer to a mail
back after it has written it, as a server does whose client is killed before it hears that the mail was taken.
A recipient with 'nobody' in the address is refused for good.
"""
import asyncio
import json
import os
import sys
import uuid

from aiosmtpd.smtp import SMTP

folder = sys.argv[1]


class Sink:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if "nobody" in address:
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if os.path.exists(os.path.join(folder, "refuse")):
            return "451 4.3.0 Not now"
        name = os.path.join(folder, uuid.uuid4().hex)
        with open(name + ".part", "w", encoding="utf-8") as file:
            json.dump({"from": envelope.mail_from, "to": envelope.rcpt_tos, "data": envelope.content.decode("utf-8", "replace")}, file)
        os.rename(name + ".part", name + ".json")
        while os.path.exists(os.path.join(folder, "hang")):
            await asyncio.sleep(0.02)
        return "250 Taken"


async def main():
    sink = Sink()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(sink, enable_SMTPUTF8=True), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with whoever started it.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
