"""Which tasks make up a worker and a scheduler."""

from __future__ import annotations

import signal
from types import FrameType

from server.bootstrap import Hub
from server.worker.crew import Crew, Task
from server.worker.delivering import Delivering
from server.worker.intake import Intake
from server.worker.loop import WorkLoop


def worker_tasks(hub: Hub, workers: int = 1) -> dict[str, Task]:
    """The work loops, the intake from queues and the delivery of the outbox."""
    tasks: dict[str, Task] = {f"worker-{number}": WorkLoop(hub).run for number in range(1, workers + 1)}
    return {**tasks, "intake": Intake(hub).run, "delivering": Delivering(hub).run}


def scheduler_task(hub: Hub) -> dict[str, Task]:
    """The schedule."""
    from server.scheduled.schedule import Scheduler

    return {"scheduler": Scheduler(hub).run}


def run_until_told(hub: Hub, tasks: dict[str, Task]) -> int:
    """Run these tasks until SIGTERM or Ctrl-C; what is in hand is finished. 1 when something did not end in time."""
    crew = Crew(tasks)

    def told(_number: int, _frame: FrameType | None) -> None:
        crew.tell_to_stop()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    crew.start()
    crew.wait()
    ended = crew.stop()
    hub.close()
    return 0 if ended else 1
