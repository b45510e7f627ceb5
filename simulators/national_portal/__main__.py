"""`python -m simulators.national_portal --port 8099 --state portal.db --secret …`"""

import threading

import click

from simulators import national_portal


@click.command()
@click.option("--port", default=8099, show_default=True)
@click.option("--state", default="national-portal.db", show_default=True, help="SQLite file.")
@click.option("--secret", envvar="HAIDANG_NATIONAL_PORTAL_SECRET", required=True)
def main(port, state, secret):
    """Serve a simulated national portal on this machine until it is stopped."""
    server = national_portal.serve(national_portal.Store(state), secret=secret, port=port)
    click.echo(f"simulated national portal at {server.address}, state in {state}")
    threading.Event().wait()


main()
