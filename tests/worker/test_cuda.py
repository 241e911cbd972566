"""Loading and warming the engine asks for a GPU without starting CUDA.

Builds for the CPU have no CUDA to start. So a fake one stands in for the call that starts it: a
process in which that was called could not be forked for programs that use a GPU.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.xdist_group("torch")

IMITATION = """
import torch, torch._dynamo, torch._inductor.utils  # they would miss more of CUDA than is faked
called = []
torch._C._cuda_getDeviceCount = lambda: called.append("count") or 1
torch._C._accelerator_getAccelerator = lambda: torch.device("cuda")
"""
WARMED = """
from tutor.worker import engine
engine.load()
engine.warm()
print(torch.cuda.is_available(), torch.cuda.is_initialized(), called)
"""
WARMED_WITHOUT_THE_SETTING = """
from tutor.worker.warming import warm_libraries
warm_libraries()
print(called)
"""


def _printed(program: str) -> str:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_no_call_that_starts_cuda_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTORCH_NVML_BASED_CUDA_CHECK", raising=False)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert _printed(IMITATION + WARMED) == "False False []\n"


def test_without_the_setting_it_would_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTORCH_NVML_BASED_CUDA_CHECK", raising=False)
    assert "count" in _printed(IMITATION + WARMED_WITHOUT_THE_SETTING)
