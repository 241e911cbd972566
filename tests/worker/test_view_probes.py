"""Views that ask the running program for data: what they are told, and that it never matters."""

from __future__ import annotations

import pytest

from tests.support.engine import PRELUDE, Served, serve
from tutor.wire.commands import Execute, Limits, Program, Resume, StepPhase
from tutor.wire.events import Answered, Paused
from tutor.wire.maps import COLUMNS, ROWS, DecisionMap, FittedCurve, NoMap

pytestmark = [pytest.mark.xdist_group("torch"), pytest.mark.usefixtures("ample")]

GIVEN = """
torch.manual_seed(0)
x = torch.rand(40, 2) * 4 - 2
y = (x[:, :1] > 0).float()
"""

TRAINING = """
model = nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 1))
criterion = nn.BCEWithLogitsLoss()
optimizer = optim.Adam(model.parameters(), lr=0.1)
for epoch in range(60):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
"""


def mapped(
    source: str,
    *questions: str,
    given: str = GIVEN,
    watched: bool = True,
    views: tuple[str, ...] = ("map",),
) -> Served:
    program = Program(PRELUDE, given, source)
    seen = views if watched else ()
    command = Execute(program, live=True, views=views, watched=seen, shapes=True, step_log=False)
    return serve(command, questions)


def last_map(served: Served) -> DecisionMap:
    maps = served.all(DecisionMap)
    assert maps, (served.output, served.all(NoMap), served.executed)
    return max(maps, key=lambda shown: shown.step)


PROGRAMS = {
    "plain loop": TRAINING,
    "everything that could be touched": """
import random
calls = 0
seen, table = [], {"n": 0}
extra = nn.Linear(2, 2)
def counted(x):
    table["n"] += 1
    return x
class Net(nn.Module):
    made = 0
    log = []
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(2, 8), nn.Tanh()]
        self.norm, self.drop, self.out = nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 1)
        self.generator = torch.Generator()
        self.times, self.history = 0, []
        self.optimizer = optim.SGD(self.parameters(), lr=0.1)
        self.act = lambda h: torch.relu(h)
    def forward(self, x):
        global calls
        calls += 1
        self.times += 1
        Net.made += 1
        self.log.append(1)
        self.history.append(self.norm.running_mean.sum().item())
        seen.append(len(x))
        x = x + 0.001 * extra(x).detach() + torch.rand(1, generator=self.generator)
        for layer in self.layers:
            x = layer(x)
        noise = random.random() + np.random.rand()
        self.hidden = self.drop(self.act(self.norm(counted(x))))
        print(calls, round(noise, 6))
        return self.out(self.hidden)
hooked = []
model = Net()
model.register_forward_hook(lambda *_: hooked.append(1))
criterion = nn.BCEWithLogitsLoss()
for epoch in range(60):
    model.optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    model.optimizer.step()
""",
}

STATE = """(
    [p.tolist() for p in model.parameters()], [b.tolist() for b in model.buffers()],
    [p.grad.tolist() for p in model.parameters() if p.grad is not None],
    float(loss), torch.rand(3).tolist(), np.random.rand(), trace.losses, model.training,
    trace.printed,
)"""
COUNTERS = """(
    calls, seen, table, hooked, model.times, model.history, Net.made, Net.log,
    model.generator.get_state().tolist(), model.hidden.shape,
    [p.grad is None for p in extra.parameters()],
)"""


@pytest.mark.parametrize("name", PROGRAMS)
def test_watching_the_map_changes_nothing(name: str) -> None:
    questions = [STATE] if "plain" in name else [STATE, COUNTERS]
    whole = [f"repr({question})" for question in questions]
    watched = mapped(PROGRAMS[name], *whole)
    assert last_map(watched).step == 60
    for other in (
        mapped(PROGRAMS[name], *whole, watched=False),
        mapped(PROGRAMS[name], *whole, views=()),
    ):
        assert other.executed.outcome == "finished", other.executed.error
        assert watched.answers == other.answers
        assert all(answer.error is None for answer in other.answers), other.answers
        assert watched.output == other.output
        assert watched.executed.shapes == other.executed.shapes
        assert watched.executed.warnings == other.executed.warnings


def test_data_that_a_function_has_is_noted_though_nobody_watches() -> None:
    source = (
        "def train(points, labels):\n"
        + TRAINING.replace("\n", "\n    ")
        .replace("model(x), y", "model(points[rows]), labels[rows]")
        .replace("optimizer.zero", "rows = torch.randperm(40)[:8]\n        optimizer.zero")
        + "\ntrain(x.clone(), y.clone())\ndel x, y"
    )
    assert last_map(mapped(source, watched=False)).known == 40


def test_nobody_watches_and_nothing_is_asked_while_it_runs() -> None:
    served = mapped(TRAINING, "len(model)", watched=False)
    maps = [at for at, each in enumerate(served.events) if isinstance(each, DecisionMap)]
    answered = [at for at, each in enumerate(served.events) if isinstance(each, Answered)]
    assert maps, "at the end it is asked once in any case"
    assert min(maps) > max(answered), "after all that is judged by"
    assert not mapped(TRAINING, views=()).all(DecisionMap)


def test_the_map_comes_with_the_first_step_and_with_earlier_ones_at_the_end() -> None:
    served = mapped(TRAINING)
    steps = [shown.step for shown in served.all(DecisionMap)]
    assert steps[0] == 1
    after_the_end = steps[steps.index(60) + 1 :]
    assert after_the_end, "the steps of which the parameters were kept"
    assert max(after_the_end) < 60
    first, last = served.all(DecisionMap)[0], last_map(served)
    assert (last.known, last.classes) == (40, 2)
    assert last.right > first.right
    assert first.bounds == last.bounds
    assert len(last.winners) == len(last.sureness) == COLUMNS * ROWS
    assert last.winners[0] == 0
    assert last.winners[COLUMNS - 1] == 1, "the right half is class 1"


@pytest.mark.parametrize("watched", [True, False])
def test_of_a_short_training_there_is_a_map_of_each_early_step_and_of_sixty(watched: bool) -> None:
    served = mapped(TRAINING.replace("range(60)", "range(300)"), watched=watched)
    steps = {shown.step for shown in served.all(DecisionMap)}
    assert steps >= {*range(1, 33), 300}
    assert len(steps) >= 60


def test_a_pause_shows_the_map_of_that_moment_watched_or_not() -> None:
    program = Program(PRELUDE, GIVEN, TRAINING)
    command = Execute(program, live=True, hold=1, views=("map",))
    steps = [StepPhase(number) for number in range(2, 8)]
    served = serve(command, controls=[*steps, Resume()])
    events = list(served.events)
    last_pause = max(at for at, event in enumerate(events) if isinstance(event, Paused))
    before = [event for event in events[:last_pause] if isinstance(event, DecisionMap)]
    assert before[-1].step == 1


FORWARDS = {
    "raises in evaluation mode": "return self.net(x) if self.training else 1 / 0",
    "cannot be copied": "return self.net(x) + 0 * len(open(os.devnull).name)",
    "waits": "return self.net(x) if len(x) == 40 else time.sleep(30)",
    "ends the program": "return self.net(x) if self.training else exit(3)",
}


def test_phase_by_phase_a_map_comes_as_soon_as_the_loss_tells_what_is_answered() -> None:
    """Of two models it is the one whose answer is a class, not the one whose answer goes on."""
    source = """
made = nn.Linear(2, 2)
judge = nn.Linear(2, 1)
m_optimizer = optim.SGD(made.parameters(), lr=0.1)
j_optimizer = optim.SGD(judge.parameters(), lr=0.1)
criterion = nn.BCEWithLogitsLoss()
for step in range(2):
    fake = made(torch.randn(40, 2))
    j_loss = criterion(judge(x), torch.ones(40, 1)) + criterion(
        judge(fake.detach()), torch.zeros(40, 1)
    )
    j_optimizer.zero_grad()
    j_loss.backward()
    j_optimizer.step()
    m_optimizer.zero_grad()
    criterion(judge(fake), torch.ones(40, 1)).backward()
    m_optimizer.step()
"""
    program = Program(PRELUDE, GIVEN, source)
    command = Execute(program, live=True, hold=1, views=("map",), shapes=True, step_log=False)
    served = serve(command, controls=[*map(StepPhase, range(2, 14)), Resume()])
    shown: dict[tuple[str, int], str] = {}
    last = ""
    for event in served.events:
        if isinstance(event, DecisionMap | NoMap):
            last = "map" if isinstance(event, DecisionMap) else event.why
        if isinstance(event, Paused):
            shown.setdefault((event.phase, event.step), last)
    assert shown["forward", 1] == "no-model"
    assert shown["zero_grad", 1] == shown["backward", 1] == shown["step", 1] == "map"


@pytest.mark.parametrize("name", FORWARDS)
def test_what_a_model_does_when_it_is_asked_is_no_fault_of_the_program(name: str) -> None:
    own_model = f"""
import os
import time
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Linear(2, 1)
        self.file = open(os.devnull)
    def forward(self, x):
        {FORWARDS[name]}
"""
    source = own_model + TRAINING.replace(
        "nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 1))", "Net()"
    )
    served = mapped(source, "len(trace.losses)")
    assert served.executed.outcome == "finished", served.executed.error
    assert served.answers[0].shown == "60"
    if name != "cannot be copied":
        assert served.all(NoMap)


SETTINGS = {
    "classes": ("nn.Linear(2, 3)", "nn.CrossEntropyLoss()", "torch.arange(40) % 3", 3),
    "probability": ("nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())", "nn.BCELoss()", "y", 2),
    "signs": ("nn.Sequential(nn.Linear(2, 1), nn.Tanh())", "nn.MSELoss()", "y * 2 - 1", 2),
    "one-hot": (
        "nn.Linear(2, 3)",
        "nn.CrossEntropyLoss()",
        "F.one_hot(torch.arange(40) % 3, 3).float()",
        3,
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_outputs_are_read_as_what_they_are(name: str) -> None:
    model, criterion, target, classes = SETTINGS[name]
    source = (
        TRAINING.replace("nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 1))", model)
        .replace("nn.BCEWithLogitsLoss()", criterion)
        .replace("criterion(model(x), y)", "criterion(model(x), target)")
    )
    given = GIVEN + f"target = {target}\n"
    shown = last_map(mapped(source, given=given))
    assert (shown.classes, shown.known) == (classes, 40)
    assert 13 <= shown.right <= 40


def test_batches_of_a_loader_inside_a_function_show_all_the_data() -> None:
    source = """
from torch.utils.data import DataLoader, TensorDataset
def train():
    data = torch.rand(200, 2)
    label = (data.sum(1) > 1).long()
    net = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 2))
    optimizer = optim.Adam(net.parameters(), lr=0.05)
    for epoch in range(20):
        for xb, yb in DataLoader(TensorDataset(data, label), batch_size=32, shuffle=True):
            optimizer.zero_grad()
            F.cross_entropy(net(xb), yb).backward()
            optimizer.step()
train()
"""
    shown = last_map(mapped(source))
    assert shown.known == 200
    assert shown.right > 180


def test_a_model_of_one_input_gives_a_curve_and_its_data() -> None:
    source = """
points = torch.linspace(-1, 1, 30).reshape(-1, 1)
values = 3 * points + 1
model = nn.Linear(1, 1)
optimizer = optim.SGD(model.parameters(), lr=0.3)
for epoch in range(100):
    optimizer.zero_grad()
    loss = ((model(points) - values) ** 2).mean()
    loss.backward()
    optimizer.step()
"""
    served = mapped(source)
    curve = max(served.all(FittedCurve), key=lambda each: each.step)
    assert len(curve.points) == 30 * 6
    assert curve.bounds.bottom < -2 < 4 < curve.bounds.top


def test_a_run_close_to_its_limit_is_not_kept_waiting_for_the_map() -> None:
    program = Program(PRELUDE, GIVEN, TRAINING)
    command = Execute(program, Limits(seconds=1.0), live=True, views=("map",))
    served = serve(command, ["len(trace.losses)"])
    assert served.answers[0].shown == "60"
    assert not served.all(DecisionMap)


LAYERS = "a, b = nn.Linear(2, 16), nn.Linear(16, 1)"
STEP = "optimizer.zero_grad(); loss.backward(); optimizer.step()"
WRITTEN = {
    "forward is called by name": f"""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {LAYERS.replace("a, b", "self.a, self.b")}
        self.optimizer = optim.Adam(self.parameters(), lr=0.05)
    def forward(self, x):
        return torch.sigmoid(self.b(F.relu(self.a(x))))
    def fit(self, x, y):
        optimizer = self.optimizer
        for epoch in range(60):
            loss = F.binary_cross_entropy(self.forward(x), y); {STEP}
net = Net()
net.fit(x, y)
""",
    "a row at a time": f"""
model = nn.Linear(2, 1)
optimizer = optim.SGD(model.parameters(), lr=0.2)
for epoch in range(5):
    for row in range(len(x)):
        loss = ((torch.sigmoid(model(x[row])) - y[row]) ** 2).sum(); {STEP}
""",
    "until it raises": f"""
model = nn.Linear(2, 1)
optimizer = optim.SGD(model.parameters(), lr=0.5)
for epoch in range(60):
    loss = F.binary_cross_entropy_with_logits(model(x), y); {STEP}
    1 / (50 - epoch)
""",
    "by hand": """
model = nn.Linear(2, 1)
for epoch in range(60):
    loss = F.binary_cross_entropy_with_logits(model(x), y)
    model.zero_grad(); loss.backward()
    with torch.no_grad():
        for each in model.parameters(): each -= 0.5 * each.grad
""",
    "a closure in main()": """
def main():
    net = nn.Linear(2, 1)
    optimizer = optim.LBFGS(net.parameters())
    def closure():
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(net(x), y)
        loss.backward()
        return loss
    for epoch in range(3): optimizer.step(closure)
if __name__ == "__main__":
    main()
""",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_the_model_is_found_in_programs_as_people_write_them(name: str) -> None:
    shown = last_map(mapped(WRITTEN[name]))
    assert (shown.classes, shown.known) == (2, 40)
    assert shown.right >= 34


def test_of_two_that_could_be_the_labels_the_map_shows_those_of_the_loss() -> None:
    source = TRAINING.replace("criterion(model(x), y)", "criterion(model(x), t)").replace(
        "nn.BCEWithLogitsLoss()", "F.binary_cross_entropy_with_logits"
    )
    shown = last_map(mapped(source, given=GIVEN + "t, y = y, 1 - y.flip(0)\n"))
    assert shown.known == 40
    assert shown.right > 36


def test_earlier_steps_of_a_model_with_batch_norm_have_its_means_of_then() -> None:
    source = TRAINING.replace("nn.Tanh()", "nn.BatchNorm1d(6), nn.Tanh()").replace(
        "range(60)", "range(STEPS)"
    )
    # while it is watched there may be maps from between a forward pass, which moves the means, and
    # the step
    served = mapped(source.replace("STEPS", "60"), watched=False)
    later = {each.step: each for each in served.all(DecisionMap)}
    for step in (5, 20):
        nearest = min(later, key=lambda each: abs(each - step))
        assert nearest < 40
        alone = last_map(mapped(source.replace("STEPS", str(nearest)), watched=False))
        assert alone.winners == later[nearest].winners
        assert alone.sureness == later[nearest].sureness


NO_MAPS = {
    "x = 3": NoMap("no-model"),
    "nn.Linear(11, 2)(torch.rand(4, 11))": NoMap("width", "11"),
    "nn.Linear(2, 1)(torch.rand(4, 2))": NoMap("number"),
    "nn.Linear(2, 8)(torch.rand(4, 2))": NoMap("number"),
    "a, b = nn.Linear(2, 3), nn.Linear(3, 1)\nb(a(torch.rand(4, 2)).relu())": NoMap("parts"),
    "w = torch.zeros(2, 1, requires_grad=True)\n(torch.rand(9, 2) @ w).mean().backward()": (
        NoMap("by-hand")
    ),
}


@pytest.mark.parametrize("source", NO_MAPS)
def test_without_a_map_there_is_a_reason(source: str) -> None:
    assert {*mapped(source, given="").all(NoMap)} == {NO_MAPS[source]}
