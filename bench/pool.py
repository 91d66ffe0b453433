# SPDX-License-Identifier: Apache-2.0
"""The worker processes of a run, seen from the process that directs them."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench.contestants import MODULES
from bench.worker import serve

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from bench.cases import Case

_STOP_SECONDS = 5


@dataclass
class Member:
    """One worker process."""

    module: str
    process: SpawnProcess
    connection: Connection

    def ask(self, order: str, argument: object) -> Any:  # noqa: ANN401 (depends on the order)
        """Send an order and wait for the answer; EOFError if the process died."""
        self.connection.send((order, argument))
        return self.connection.recv()


@dataclass
class Pool:
    """All workers of one number of threads."""

    threads: str
    members: list[Member] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def start(self, modules: tuple[str, ...] = MODULES) -> None:
        """Start one process a library; those that are not installed are noted."""
        for member in [_spawn(module, self.threads) for module in modules]:
            try:
                greeting = member.connection.recv()
            except EOFError:
                greeting = {"error": "its process ended"}
            if "error" in greeting:
                self.missing[member.module] = greeting["error"]
            else:
                self.members.append(member)
                self.versions.update(greeting["versions"])

    def prepare(self, case: Case) -> dict[str, tuple[Member, dict[str, Any]]]:
        """Prepare a case everywhere; give each form with its worker."""
        found: dict[str, tuple[Member, dict[str, Any]]] = {}
        for member in list(self.members):
            try:
                forms = member.ask("prepare", case)
            except (EOFError, OSError):
                # E.g. killed for want of memory. The others go on without it.
                self.members.remove(member)
                self.missing[member.module] = f"its process ended at {case.name()}"
                continue
            for name, form in forms.items():
                found[name or member.module] = member, form
        return found

    def stop(self) -> None:
        """End the processes."""
        for member in self.members:
            member.connection.send(("stop", None))
        for member in self.members:
            member.process.join(_STOP_SECONDS)
            if member.process.is_alive():
                member.process.kill()


def _spawn(module: str, threads: str) -> Member:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there, module, threads), daemon=True)
    process.start()
    there.close()
    return Member(module, process, here)
