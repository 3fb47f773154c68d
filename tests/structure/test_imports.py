import os
import subprocess
import sys
from pathlib import Path

from tests.structure.project import ROOT


def test_the_arrows_of_the_house_plan_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
