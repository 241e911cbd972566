"""Explain errors about missing resources: devices, packages, parts of stored files."""

from __future__ import annotations

import re

from tutor.grading.explanations.rows import ExplanationRow, Match, did_you_mean
from tutor.wire.events import ErrorFacts

ON_THE_PROCESSOR = (
    "Leave `.cuda()`, `.to(…)` and `device=` out: what the lessons compute is small, and runs on "
    "the processor. In programs for other machines, ask first: "
    '`device = "cuda" if torch.cuda.is_available() else "cpu"`.'
)


def _device(match: Match, error: ErrorFacts) -> str:
    known = next((name for name in ("cuda", "xpu", "mps") if name in match.group().lower()), "")
    name = known or ("cuda" if "nvidia" in match.group().lower() else "")
    which = f": there is no device `{name}`" if name else ""
    return f"PyTorch cannot use a graphics card here{which}. {ON_THE_PROCESSOR}"


NO_CARD = (
    r"Torch not compiled with \w+ enabled|Found no NVIDIA driver|No CUDA GPUs are available|"
    r"Cannot get CUDA generator|PyTorch is not linked with support for \w+ devices|"
    r"without MPS backend|arguments from the '(?:CUDA|MPS|XPU)' backend|"
    r"Cannot access accelerator device|"
    r"CUDA driver (?:initialization failed|version is insufficient)|CUDA unknown error|"
    r"no CUDA-capable device is detected"
)
"""PyTorch's messages if a program can use no graphics card."""


def _apart(match: Match, error: ErrorFacts) -> str:
    places = [
        f"`{each.name}` is on {'the CPU' if each.device == 'cpu' else f'`{each.device}`'}"
        for each in error.operands
    ]
    on_card = any(each.device != "cpu" for each in error.operands)
    where = f" Here {' and '.join(places[:3])}." if on_card else ""
    end = "" if on_card else " In an exercise leave the devices out."
    return (
        f"Two tensors of this calculation are on different devices.{where} Move both, and the "
        f"model, to the same one: `.to(device)`.{end}"
    )


_DRAWN = "The pane Loss draws the losses of a training by itself."
_PLOTTED = f"{_DRAWN} What matplotlib plots appears in the pane Plot once it is installed."
_IN_TORCH = "The lessons use PyTorch: `torch` and `nn`."

ALTERNATIVES = {
    "cv2": "",
    "jax": _IN_TORCH,
    "keras": _IN_TORCH,
    "matplotlib": _PLOTTED,
    "pandas": "A table of numbers fits into a tensor: `torch.tensor([[1., 2.]])`.",
    "PIL": "",
    "plotly": _DRAWN,
    "scipy": "`torch` has most of the same functions.",
    "seaborn": _DRAWN,
    "skimage": "",
    "sklearn": "To split rows at random: `torch.randperm(len(x))`.",
    "tensorflow": _IN_TORCH,
    "torchaudio": "",
    "torchvision": "",
    "tqdm": "The status line shows how long a run takes, and `print` how far it has come.",
    "transformers": "",
}
"""Well-known packages by their import name, some with an alternative."""

_INSTALL = {
    "cv2": "pip install opencv-python-headless",
    "PIL": "pip install pillow",
    "skimage": "pip install scikit-image",
    "sklearn": "pip install scikit-learn",
}
"""Installation of packages whose name for pip differs."""

IMPORTED = "Exercises need no more than torch, nn, F, optim and np, which are imported there."


def _package(match: Match, error: ErrorFacts) -> str:
    name = match.group(1)
    package, _, part = name.partition(".")
    if part and package not in ALTERNATIVES:
        asked = did_you_mean(error) or " Is it misspelt?"
        return f"There is no module `{name}`: `{package}` has no such part.{asked}"
    if package not in ALTERNATIVES:
        return (
            f"There is no module `{name}` here. {IMPORTED} Is it misspelt, or a file of your own?"
        )
    command = _INSTALL.get(package, f"pip install {package}")
    return " ".join(
        words
        for words in (
            f"The package `{package}` is not installed where nntutor runs. {IMPORTED}",
            ALTERNATIVES[package],
            "For programs of your own, install it beside nntutor – "
            f"`.venv/bin/{command}` if you set it up as the README says – and start "
            "nntutor again.",
        )
        if words
    )


def _stored_slug(match: Match, error: ErrorFacts) -> str:
    return "call-parentheses-missing" if "GLOBAL getattr" in error.message else "whole-model-load"


def _stored(match: Match, error: ErrorFacts) -> str:
    named = re.search(r"GLOBAL \S*?(\w+) was not", error.message)
    name = named.group(1) if named else "_"
    if name == "getattr":
        return (
            "The file holds a method, not its result: the line that stored it lacks the "
            "parentheses. Call the method: `torch.save(model.state_dict(), …)`."
        )
    what = "more than weights" if name.startswith("_") else f"an object of the class `{name}`"
    return (
        f"The file holds {what}, but `torch.load` reads only weights: an object from a file can "
        "run any code. Store the weights, `torch.save(model.state_dict(), …)`, and read them "
        "with `model.load_state_dict(torch.load(…))`. For a file that you wrote yourself, "
        "`torch.load(…, weights_only=False)` reads all of it."
    )


ROWS: tuple[ExplanationRow, ...] = (
    ExplanationRow(
        r"Attempting to deserialize object on a (?:CUDA|MPS|XPU) device",
        "no-such-device",
        "The file was stored on a machine with a graphics card, and PyTorch can use none here. "
        'Load it onto the processor: `torch.load(…, map_location="cpu")`.',
    ),
    ExplanationRow(NO_CARD, "no-such-device", _device),
    ExplanationRow(
        r"Cannot re-initialize CUDA in forked subprocess",
        "card-in-workers",
        "Only the program itself can use the graphics card, not a process that it starts, such as "
        "a worker of a `DataLoader`. Make the loader with `num_workers=0`, or keep its data on "
        "the CPU and move each batch to the card in the loop: `x = x.to(device)`.",
    ),
    ExplanationRow(
        r"Expected one of cpu, cuda\b.* device type at start of device string: (\w+)",
        "no-such-device",
        "PyTorch does not know the device `{1}`. " + ON_THE_PROCESSOR,
    ),
    ExplanationRow(
        r"Expected all tensors to be on the same device|"
        r"Tensor on device [\w:]+ is not on the expected device",
        "no-such-device",
        _apart,
    ),
    ExplanationRow(
        r"Cannot load backend '(\w+)' which requires the '\w+' interactive framework",
        "no-window",
        "`{1}` would open a window, which is not possible here. Leave `matplotlib.use(…)` out: "
        "plots appear in the pane Plot.",
    ),
    ExplanationRow(r"No module named '([\w.]+)'", "no-such-module", _package),
    ExplanationRow(r"UnpicklingError: Weights only load failed", _stored_slug, _stored),
    ExplanationRow(
        r"expected 'f' to be string, path, or a file-like object",
        "wrong-arguments",
        "`torch.save` takes the object first, and the file second: "
        '`torch.save(model.state_dict(), "model.pt")`.',
    ),
    ExplanationRow(
        r"save\(\) missing 1 required positional argument: 'f'",
        "wrong-arguments",
        "`torch.save` needs a file as its second argument: "
        '`torch.save(model.state_dict(), "model.pt")`.',
        inside=r"torch\.serialization|^$",
    ),
    ExplanationRow(
        r"EOFError: (?!EOF when reading)|KeyError: \d+|UnpicklingError",
        "not-a-stored-file",
        "This is not a complete file of `torch.save`: it is empty, cut off, or something else. "
        "Store it again, and load it after that line.",
        inside=r"torch\._weights_only|torch\.serialization|pickle",
    ),
    ExplanationRow(
        r"Expected state_dict to be dict-like, got <class '([\w.]+)'>",
        "state-does-not-fit",
        "`load_state_dict` takes a dict of weights by name, but this is a `{1}`. Store them with "
        "`torch.save(model.state_dict(), …)`, and pass it the result of `torch.load(…)`.",
    ),
)
