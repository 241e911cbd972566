"""Numbers told in the lesson on tensors are those that the worker computes."""

from __future__ import annotations

import re
import textwrap

import pytest

from tests.content.test_told_numbers import asked
from tests.support.lessons import LESSONS
from tutor.client.client import WorkerClient
from tutor.course.model import CodeStep, Course, PredictStep, ReadStep
from tutor.grading.predict import predict_command
from tutor.wire.commands import Question
from tutor.wire.values import TextValue

pytestmark = [
    pytest.mark.process,
    pytest.mark.xdist_group("content"),
    pytest.mark.asyncio(loop_scope="package"),
]

BY_RAW_NUMBERS = "(((x[:, None] - x) ** 2).sum(2).fill_diagonal_(torch.inf).argmin(1))"
"""The nearest other penguin of each, before anything is put on a scale of its own."""

OUTLIER = "torch.cat([x[:-1, 3], torch.tensor([4e5])])"
"""The masses, one of them wild."""

GAP_AS_ZERO = "(of_species * grams).sum(axis=1) / of_species.sum(axis=1)"
OTHER = (
    "[(t[:, 0] == 'Adelie', t[:, 4], (t != 'NA').all(1))"
    " for t in [np.loadtxt('penguins-other-gaps.csv', delimiter=',', dtype=str, skiprows=1)]]"
)
"""Of the other file of the last step: its Adelie, its masses, and its rows without a gap."""


TOLD = {
    ("penguin-rows", "text"): (
        "'Six penguins weigh exactly 5000 g' * ((x[:, 3] == 5000).sum().item() == 6)",
        "f'the mean mass of all penguins, {x[:, 3].mean().item():.1f},'",
    ),
    ("penguin-rows", "after"): (
        "f'{len(heavy)} penguins weigh more than 5000 g'",
        "'every one of them is a Gentoo' * bool((y[x[:, 3] > limit] == 2).all())",
        "'{:.1f}, {:.1f} and {:.1f} g'.format(*mean_mass.tolist())",
        "f'it selects {((x[:, 3] > 4550) & (y == 2)).sum()} of the {(y == 2).sum()}, and '"
        " f'{((x[:, 3] > 4550) & (y != 2)).sum()} others'",
        "'more than 1900 g above' * all(np.ptp(x[y == k, 3].numpy()) > 1900 for k in (0, 1))",
        "f'differ by {(mean_mass[1] - mean_mass[0]).item():.0f} g'",
    ),
    ("standardise", "text"): (
        "f'with the mean {x[:, 0].mean().item():.1f} and'",
        "f'standard deviation {x[:, 0].std().item():.2f}:'",
        "f'/ 5.46 = {z[0, 0].item():.2f}'",
    ),
    ("standardise", "after"): (
        "'{:.2f}, {:.2f}, {:.2f} and {:.2f}:'.format(*z[0].tolist())",
        f"[f'{{(m - m.mean())[:-1].min() / m.std():.2f}}' for m in [{OUTLIER}]][0]",
        f"[f'and {{(m - m.mean())[:-1].max() / m.std():.2f}}' for m in [{OUTLIER}]][0]",
    ),
    ("nearest-without-loops", "text"): (
        "f'That is {342 * 342:,} rounds'",
        "f'is right for {(y == 0).float().mean().item():.1%}'",
        "f'should print {(guess == y).float().mean().item():.1%}'",
    ),
    ("nearest-without-loops", "after"): (
        "f'Right for {(guess == y).sum()} of {len(y)}'",
        "'No Gentoo is ever mistaken' * bool(((y == 2) == (guess == 2)).all())",
        f"f'{{(y[{BY_RAW_NUMBERS}] == y).float().mean().item():.1%}}. Then'",
        "f'which is {342 * 342 * 4 * 4 / 1e6:.1f} MB'",
        "f'{100_000 ** 2 * 4 * 4 / 1e9:.0f} GB'",
    ),
    ("table-in-numbers", "text"): (
        "f'{len(cells)} penguins, the species'",
        "f'as text, {cells.shape}'",
        "f'`missing` adds up to {missing.sum()}'",
        f"f'{{(means - {GAP_AS_ZERO})[0]:.0f}} g too small'",
    ),
    ("table-in-numbers", "after"): (
        "'{:.1f}, {:.1f} and {:.1f} g'.format(*means)",
        "'with {}, {} and {} missing'.format(*missing)",
        f"[f'drops {{((m != \"NA\") & ~whole).sum()}} penguins' for _, m, whole in {OTHER}][0]",
        f"[f'becomes {{m[a & whole].astype(float).mean():.0f}} g' for a, m, whole in {OTHER}][0]",
        f"[f'of {{m[a & (m != \"NA\")].astype(float).mean():.0f}} g' for a, m, _ in {OTHER}][0]",
    ),
    ("column-against-row", "after"): (
        "f'mean of `y`, {y.mean().item():.3f}'",
        "f'The loss that you have now, {loss.item():.4f}'",
    ),
}
"""For a step and one of its texts: expressions of the words that stand there, after its solution.

One that comes out as "" does not hold."""


def told(text: str) -> str:
    """The text with plain signs and spaces, in one line, without emphasis."""
    return " ".join(text.replace("−", "-").replace("**", "").replace(" %", "%").split())


async def test_the_files_with_gaps_are_the_penguins_as_the_notice_says() -> None:
    data = LESSONS / "data"
    whole, published, other = (
        [line.split(",") for line in (data / name).read_text().splitlines()[1:]]
        for name in ("penguins.csv", "penguins-gaps.csv", "penguins-other-gaps.csv")
    )
    species = ("Adelie", "Chinstrap", "Gentoo")
    rows = [[species[int(kind)], *values] for *values, kind in whole]
    empty = [row for row in published if "NA" in row]
    assert empty == [[kind, *["NA"] * 4] for kind in ("Adelie", "Gentoo")]
    assert [row for row in published if row not in empty] == rows
    assert all(any(set(row) - {"NA"} <= set(of) for of in rows) for row in other)
    assert (len(other), sum(row.count("NA") for row in other)) == (60, 56)


@pytest.mark.parametrize(("step_id", "where"), TOLD)
async def test_what_the_texts_tell_comes_out(
    step_id: str, where: str, course: Course, client: WorkerClient
) -> None:
    step = course.find(step_id)
    assert isinstance(step, CodeStep)
    for words in TOLD[step_id, where]:
        value = await asked(course, step_id, step.solution, words, client)
        assert isinstance(value, TextValue), words
        assert value.value, words
        assert told(value.value) in told(getattr(step, where))


FIRST_PAGES = """
mass = x[:5, 3]
t = torch.tensor([[1, 2, 3], [5, 6, 7.0]])


def told(values):
    each = [v if v in (True, False) else f"{v:g}" for v in values.flatten().tolist()]
    return [", ".join(map(str, each)), str(tuple(values.shape))]
"""


async def test_the_first_two_pages_tell_what_their_code_gives(
    course: Course, client: WorkerClient
) -> None:
    one, two = course.find("one-axis"), course.find("two-axes")
    assert isinstance(one, ReadStep)
    assert isinstance(two, ReadStep)

    async def told_by(code: str) -> str:
        value = await asked(course, "penguin-rows", FIRST_PAGES, f"str(told({code}))", client)
        assert isinstance(value, TextValue), code
        return value.value

    rows = re.findall(r"^\| `(mass.+)` \| (.+) \| (\(.*\)) \|$", one.text, re.MULTILINE)
    assert len(rows) == 5
    for code, numbers, shape in rows:
        assert await told_by(code) == str([numbers, shape])
    rows = re.findall(r"^\| `(x.+)` \| (\(.*\)) \|", two.text, re.MULTILINE)
    assert len(rows) == 5
    for code, shape in rows:
        assert (await told_by(code)).endswith(f"{shape}']")
    numbers = ", ".join(re.findall(r"\d+", one.text.split("| `mass` |")[1].split("\n")[0]))
    assert await told_by("mass") == str([numbers, "(5,)"])
    assert "1   2   3       2\n5   6   7       6" in two.text
    assert await told_by("t.mean(dim=1)") == "['2, 6', '(2,)']"
    assert "t.mean(dim=0)\n3   4   5\n" in two.text
    assert await told_by("t.mean(dim=0)") == "['3, 4, 5', '(3,)']"


async def test_the_loops_of_the_puzzles_compute_what_is_asked_for(
    course: Course, client: WorkerClient
) -> None:
    step = course.find("one-hot-by-comparison")
    assert isinstance(step, CodeStep)
    loops = re.findall(r"```python\n(.*?)```", step.text, re.DOTALL)
    empty = """
        one_hot = torch.zeros(4, 3, dtype=torch.bool)
        table = torch.zeros(3, 4, dtype=torch.int64)
        by_columns = torch.zeros(12, dtype=torch.int64)
        backwards = torch.zeros(6)
    """
    results = "str([each.tolist() for each in (one_hot, table, by_columns, backwards)])"
    looped = "\n".join([textwrap.dedent(empty), *loops])
    assert await asked(course, step.id, looped, results, client) == await asked(
        course, step.id, step.solution, results, client
    )


async def test_the_program_to_be_mended_ends_where_the_text_says(
    course: Course, client: WorkerClient
) -> None:
    step = course.find("column-against-row")
    assert isinstance(step, CodeStep)
    row = "f'{model.weight.item():.2f} {model.bias.item():.2f} {loss.item():.2f}'.replace('-', '')"
    value = await asked(course, step.id, step.scaffold, row, client)
    assert isinstance(value, TextValue)
    found = re.findall(r"\| (?:weight|bias|loss) \| (\S+) \|", step.text)
    assert found == value.value.split()
    variance = await asked(
        course, step.id, step.scaffold, "f'{y.var(correction=0).item():.3f}'", client
    )
    assert isinstance(variance, TextValue)
    assert f"variance of `y`, {variance.value}" in told(step.after)


async def test_what_bytes_and_halves_do(course: Course, client: WorkerClient) -> None:
    step = course.find("bytes-and-halves")
    assert isinstance(step, PredictStep)
    questions = (
        Question("str([image[2, 1].item(), image[0, 2].item(), difference.item()])"),
        Question("' '.join(map(str, image[2].tolist()))"),
        Question("str([(torch.tensor(256.0, dtype=torch.bfloat16) + 1).item() == 256])"),
        Question("str([(torch.tensor(1.0, dtype=torch.bfloat16) + 0.001).item() == 1])"),
    )
    observation = await client.observe(predict_command(step), questions)
    values = [answer.value for answer in observation.answers]
    assert values[0] == TextValue("[3, 5, 254]")
    assert isinstance(values[1], TextValue)
    assert f"> {values[1].value}" in step.text
    assert values[2] == values[3] == TextValue("[True]")
    assert "256 + 1 is 256" in told(step.after)
