import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FRAMEWORK = ("litestar", "uvicorn")


def test_command_line_begins_without_the_framework_that_only_web_processes_need() -> None:
    program = f"import sys, backend.__main__; print(*{{*{FRAMEWORK}}} & {{*sys.modules}})"
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == []
