"""The models of a program as plain data: layer by layer, with the data that passed through each.

Part of the events. Nothing is drawn or explained here.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from tutor.wire.values import Many

MAX_MODELS = 20
MAX_LAYERS = 100
"""Maximum layers of a model that are sent."""
MAX_BINS = 24
"""Maximum bars in a histogram of a layer's output."""

Name: TypeAlias = Annotated[str, Meta(max_length=1_000)]


class Activations(Struct, frozen=True):
    """Statistics of a layer's output in one call; all shares are from 0 to 1.

    Mean, spread and limits are of the finite numbers; nan if there are none.
    """

    mean: float
    std: float
    low: float
    high: float
    not_finite: int = 0
    """Count of nan and infinite numbers."""
    zeros: float = 0.0
    """Share that is exactly 0."""
    dead: float | None = None
    """Share of the layer's units that gave 0 for each row; None for a single row."""
    saturated: float | None = None
    """Share close to a limit of a sigmoid or tanh; None for any other layer."""
    bins: Annotated[tuple[int, ...], Meta(max_length=MAX_BINS)] = ()
    """Counts in equal intervals from `low` to `high`; empty if there is no such range."""


class LayerDescription(Struct, frozen=True):
    """One layer of a model, with the data of its last observed call."""

    name: Name
    """Code of the layer as the learner would write it, such as `model[0]`."""
    type_name: Name
    weight: Many[int] = ()
    """Shape of its weight; () if it has none."""
    numbers: int = 0
    """Number of elements in its own parameters."""
    frozen_numbers: int = 0
    """Number of these elements that need no gradient."""
    failed: bool = False
    """True if it raised an exception, which ended the forward pass."""
    calls: int = 0
    """Number of calls in that forward pass; 0: not called."""
    took: Many[int] | None = None
    """Shape of its first argument; None if unknown, or no tensor."""
    gave: Many[int] | None = None
    activations: Activations | None = None
    gradient: float | None = None
    """Norm of the gradient of its parameters; None if there is none, or it is older."""
    update: float | None = None
    """Norm of the last change of its parameters, relative to their norm before it."""


class ModelDescription(Struct, frozen=True):
    """One model, and its layers in the order in which they were called."""

    name: Name
    """Empty for layers that are called one by one and belong to no model."""
    type_name: Name
    layers: Annotated[tuple[LayerDescription, ...], Meta(max_length=MAX_LAYERS)] = ()
    left_out: int = 0
    """Number of further layers, which are not sent."""
    numbers: int = 0
    """Number of elements in all its parameters, shared ones counted once."""
    frozen_numbers: int = 0
    training: bool = True
    """True if it was in training mode."""
    called: bool = False
    failed: bool = False
    """True if an exception ended the pass within it; the layer that raised it has the same flag."""


MAX_CLASSES = 20
MAX_SAMPLES = 24
SAMPLE_SIDE = 8


class SamplePicture(Struct, frozen=True):
    """A row of a batch as a picture, with its class and the predicted one."""

    pixels: Annotated[bytes, Meta(max_length=SAMPLE_SIDE * SAMPLE_SIDE)]
    """Row by row, from 0 for the minimum to 255 for the maximum of the batch."""
    label: int
    given: int


class Confusion(Struct, frozen=True):
    """Counts of predicted classes by true class, for a batch or for all the data."""

    classes: Annotated[int, Meta(ge=2, le=MAX_CLASSES)]
    counts: Annotated[tuple[int, ...], Meta(max_length=MAX_CLASSES * MAX_CLASSES)]
    """For each true class, the count of each predicted class: row by row."""
    samples: Annotated[tuple[SamplePicture, ...], Meta(max_length=MAX_SAMPLES)] = ()
    """Some rows of the batch, if they are pictures; wrong predictions first."""


class AnswersCounted(Struct, frozen=True, tag="answers-counted"):
    """A model's predictions for the whole data set from which its batches come, or for a sample."""

    step: int
    """Number of training steps made so far."""
    confusion: Confusion
    name: Name
    """Variable that holds the rows."""
    total: int
    """Total number of rows; a smaller confusion is of evenly spaced ones."""


class ModelsDescribed(Struct, frozen=True, tag="models"):
    """The models of a program; each such event replaces the one before."""

    models: Annotated[tuple[ModelDescription, ...], Meta(max_length=MAX_MODELS)] = ()
    step: int = 0
    """Training step, from 1, of these data; 0 outside of any."""
    confusion: Confusion | None = None
    """Confusion of the last observed batch; None unless its classes are known."""
    total: int = 0
    """Total number of training steps; 0 during the run."""
