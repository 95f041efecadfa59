#!/usr/bin/python3
"""A mail server that keeps what it gets: aiosmtpd on a free port of the loopback.

    smtp_server.py FOLDER [--port PORT] [--tls CERTIFICATE KEY] [--login USER:PASSWORD]
                          [--refuse ADDRESS]

Writes its port to FOLDER/port and each mail to FOLDER/N.eml, with a first line "FROM -> TO, TO". With
a certificate it takes mails only after STARTTLS, with a login only after that.
"""

import argparse
import asyncio
import os
import pathlib
import ssl

from aiosmtpd.smtp import SMTP, AuthResult


class Keeper:
    def __init__(self, folder, refused):
        self.folder, self.refused, self.count = folder, refused, 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        head = f"{envelope.mail_from} -> {', '.join(envelope.rcpt_tos)}\n".encode()
        fresh = self.folder / f"{self.count}.new"
        fresh.write_bytes(head + envelope.content)
        fresh.rename(self.folder / f"{self.count}.eml")
        return "250 kept"


async def serve(args):
    context = None
    if args.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*args.tls)
    keeper = Keeper(args.folder, args.refuse)

    def check(server, session, envelope, mechanism, data):
        given = f"{data.login.decode()}:{data.password.decode()}"
        return AuthResult(success=given == args.login, handled=False)

    def session():
        return SMTP(keeper, tls_context=context, require_starttls=context is not None,
                    authenticator=check if args.login else None,
                    auth_required=bool(args.login))

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", args.port)
    port = args.folder / "port.new"
    port.write_text(str(server.sockets[0].getsockname()[1]))
    os.rename(port, args.folder / "port")
    await server.serve_forever()


parser = argparse.ArgumentParser()
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--tls", nargs=2)
parser.add_argument("--login")
parser.add_argument("--refuse")
asyncio.run(serve(parser.parse_args()))
