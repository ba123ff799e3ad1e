"""A real SMTP server for tests. Writes each mail that it takes to a folder and prints the port that it listens on.

Files in the folder steer it: 'refuse' makes it refuse every mail for now (451); 'hang' makes it keep the answer to a mail
back after it has written it, as a server does whose client is killed before it hears that the mail was taken.
A recipient with 'nobody' in the address is refused for good.

smtp_sink.py FOLDER [CERTIFICATE KEY [USER PASSWORD]]: with a certificate the server offers STARTTLS and takes nothing
without it; with a user it takes mail only from whoever signs in as that. Every try to sign in leaves a line in 'tries'.
"""
import asyncio
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder = sys.argv[1]
tls = None
account = None
if len(sys.argv) > 3:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[2], sys.argv[3])
if len(sys.argv) > 5:
    account = (sys.argv[4].encode(), sys.argv[5].encode())


def sign_in(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == account
    with open(os.path.join(folder, "tries"), "a", encoding="utf-8") as file:
        file.write(f"{mechanism} {data.login.decode()} {'tls' if session.ssl else 'clear'} {'good' if good else 'wrong'}\n")
    # Unhandled: the server answers by itself.
    return AuthResult(success=good, handled=False)


class Server(SMTP):
    # Names of mechanisms are the same in capitals or not (RFC 4954); the library knows them in capitals only.
    async def smtp_AUTH(self, arg):
        mechanism, _, rest = (arg or "").partition(" ")
        return await super().smtp_AUTH(f"{mechanism.upper()} {rest}".strip())


class Sink:
    taken = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "nobody" in address:
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if os.path.exists(os.path.join(folder, "refuse")):
            return "451 4.3.0 Not now"
        self.taken += 1
        # Times of files are too coarse to tell which of two came first.
        name = os.path.join(folder, f"{self.taken:06}")
        with open(name + ".part", "w", encoding="utf-8") as file:
            json.dump({"from": envelope.mail_from, "to": envelope.rcpt_tos, "data": envelope.content.decode("utf-8", "replace"), "tls": session.ssl is not None, "signedIn": bool(session.authenticated)}, file)
        os.rename(name + ".part", name + ".json")
        while os.path.exists(os.path.join(folder, "hang")):
            await asyncio.sleep(0.02)
        return "250 Taken"


async def main():
    sink = Sink()
    options = {"enable_SMTPUTF8": True, "tls_context": tls, "require_starttls": tls is not None}
    if account:
        options.update(authenticator=sign_in, auth_required=True)
    server = await asyncio.get_running_loop().create_server(lambda: Server(sink, **options), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with whoever started it.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
