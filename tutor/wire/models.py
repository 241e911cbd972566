"""The models of a program as plain data: layer by layer, with what passed through each.

Part of the events. Nothing is drawn or explained here.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from tutor.wire.values import Many

MAX_MODELS = 20
MAX_LAYERS = 100
"""Layers of one model that are told."""
MAX_BINS = 24
"""Bars of a histogram of what a layer gave."""

Name: TypeAlias = Annotated[str, Meta(max_length=1_000)]


class Activations(Struct, frozen=True):
    """The numbers that a layer gave at one call; all shares are from 0 to 1.

    Mean, spread and limits are of the finite ones; nan if there are none.
    """

    mean: float
    std: float
    low: float
    high: float
    not_finite: int = 0
    """How many are nan or infinite."""
    zeros: float = 0.0
    """The share that is exactly 0."""
    dead: float | None = None
    """The share of the layer's units that gave 0 for each row; None for a single row."""
    saturated: float | None = None
    """The share close to a limit of a sigmoid or tanh; None for any other layer."""
    bins: Annotated[tuple[int, ...], Meta(max_length=MAX_BINS)] = ()
    """How many lie in each of equal parts from `low` to `high`; empty if there is no such range."""


class LayerDescription(Struct, frozen=True):
    """One layer of a model, with what passed through it at the last call that was looked at."""

    name: Name
    """The layer as the learner would write it, such as `model[0]`."""
    type_name: Name
    weight: Many[int] = ()
    """The shape of its weight; () if it has none."""
    numbers: int = 0
    """Elements in its own parameters together."""
    frozen_numbers: int = 0
    """Those of them that need no gradient."""
    failed: bool = False
    """Whether it raised, so that the pass ended there."""
    calls: int = 0
    """How often it was called in that pass through the model; 0: not at all."""
    took: Many[int] | None = None
    """The shape of its first argument; None if it is not known, or no tensor."""
    gave: Many[int] | None = None
    activations: Activations | None = None
    gradient: float | None = None
    """The length of the gradient of its parameters; None if there is none, or it is older."""
    update: float | None = None
    """The length of the last change of its parameters, by their own length before it."""


class ModelDescription(Struct, frozen=True):
    """One model, and its layers in the order in which they were called."""

    name: Name
    """Empty for layers that are called one by one and belong to no model."""
    type_name: Name
    layers: Annotated[tuple[LayerDescription, ...], Meta(max_length=MAX_LAYERS)] = ()
    left_out: int = 0
    """Further layers, which are not told."""
    numbers: int = 0
    """Elements in all its parameters together, shared ones counted once."""
    frozen_numbers: int = 0
    training: bool = True
    """Whether it was in training mode."""
    called: bool = False
    failed: bool = False
    """Whether the pass ended in it with an exception; the layer that raised it says so, too."""
    given: Name = ""
    """The variable that it was asked with at the end; "" where that was a batch of a step."""
    given_step: int = 0
    """The step of that batch; 0 where it is not of a step that is known."""


MAX_CLASSES = 20
MAX_SAMPLES = 24
SAMPLE_SIDE = 8


class SamplePicture(Struct, frozen=True):
    """A row of a batch as a picture, with its class and the one that the model gave it."""

    pixels: Annotated[bytes, Meta(max_length=SAMPLE_SIDE * SAMPLE_SIDE)]
    """Row by row, from 0 for the least to 255 for the greatest of the batch."""
    label: int
    given: int


class Confusion(Struct, frozen=True):
    """How often each class was taken for which, in the rows of a batch or of all the data."""

    classes: Annotated[int, Meta(ge=2, le=MAX_CLASSES)]
    counts: Annotated[tuple[int, ...], Meta(max_length=MAX_CLASSES * MAX_CLASSES)]
    """For each class that is right, how often the model gave each class: row by row."""
    samples: Annotated[tuple[SamplePicture, ...], Meta(max_length=MAX_SAMPLES)] = ()
    """Some rows of the batch, if they are pictures; those that are wrong first."""


class AnswersCounted(Struct, frozen=True, tag="answers-counted"):
    """What a model answered to all the rows of which it is given batches, or to some of them."""

    step: int
    """Number of steps of the training that had been made."""
    confusion: Confusion
    name: Name
    """The variable that holds the rows."""
    total: int
    """How many there are; where the confusion is of fewer, those are evenly spread."""


class ModelsDescribed(Struct, frozen=True, tag="models"):
    """The models of a program; each such event replaces the one before."""

    models: Annotated[tuple[ModelDescription, ...], Meta(max_length=MAX_MODELS)] = ()
    step: int = 0
    """The step of the training, from 1, in which that was seen; 0 outside of any."""
    confusion: Confusion | None = None
    """Of the last batch that was seen; None where it was not seen to be answered with classes that
    are known."""
    total: int = 0
    """The steps that were made in all; 0 while the program runs."""
    at_end: bool = False
    """Whether shapes and activations are those of a copy that was asked when the program was over,
    and not of a pass of the program."""
