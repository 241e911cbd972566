"""What stands first in Tensors after programs as people write them, and what it is called there."""

from __future__ import annotations

import re
from array import array

import pytest

from tests.support.engine import run
from tutor.session.tensors import default_name
from tutor.wire.events import InventoryEntry, InventoryTaken, ParametersGiven, StepRecorded
from tutor.wire.values import TensorValue

pytestmark = pytest.mark.xdist_group("torch")

GIVEN = """
model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
x, y = torch.ones(4, 2), torch.zeros(4, 1)
"""

NET_IN_A_FUNCTION = """
def train():
    net = nn.Linear(2, 1)
    opt = optim.SGD(net.parameters(), lr=0.1)
    for epoch in range(3):
        opt.zero_grad()
        loss = F.mse_loss(net(x), y)
        loss.backward()
        opt.step()
    return loss.item()

print(train())
"""

MAIN_AND_TRAIN = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(2, 4)
        self.fc2 = nn.Linear(4, 1)
    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))

def train(model, optimizer, epochs):
    criterion = nn.MSELoss()
    for epoch in range(epochs):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()

def main():
    net = Net()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
    train(net, optimizer, 3)

if __name__ == "__main__":
    main()
"""

TRAINER = """
class Trainer:
    def __init__(self, lr=0.1):
        self.net = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
        self.optimizer = optim.SGD(self.net.parameters(), lr=lr)
        self.history = []
    def fit(self, x, y, epochs=3):
        for _ in range(epochs):
            self.optimizer.zero_grad()
            loss = ((self.net(x) - y) ** 2).mean()
            loss.backward()
            self.optimizer.step()
            self.history.append(loss.item())
"""

TWO_OPTIMIZERS = """
generator = nn.Linear(1, 2)
discriminator = nn.Sequential(nn.Linear(2, 4), nn.LeakyReLU(), nn.Linear(4, 1))
d_optimizer = optim.Adam(discriminator.parameters(), lr=0.01)
g_optimizer = optim.Adam(generator.parameters(), lr=0.01)
bce = nn.BCEWithLogitsLoss()
for step in range(4):
    fake = generator(torch.randn(4, 1))
    d_loss = bce(discriminator(x), torch.ones(4, 1)) + bce(discriminator(fake.detach()), y)
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()
    g_loss = bce(discriminator(fake), torch.ones(4, 1))
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()
"""

BY_HAND = """
w1 = torch.randn(2, 3, requires_grad=True)
b1 = torch.zeros(3, requires_grad=True)
w2 = torch.randn(3, 1, requires_grad=True)
for i in range(4):
    loss = ((torch.tanh(x @ w1 + b1) @ w2 - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        for p in (w1, b1, w2):
            p -= 0.1 * p.grad
            p.grad.zero_()
"""

BY_HAND_BOUND_ANEW = """
w = torch.randn(2, 1, requires_grad=True)
for i in range(4):
    loss = ((x @ w - y) ** 2).mean()
    loss.backward()
    w = (w - 0.1 * w.grad).detach().requires_grad_()
"""

BY_HAND_IN_A_FUNCTION = """
def fit(steps):
    weights = torch.zeros(2, 1, requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    for _ in range(steps):
        loss = ((x @ weights + bias - 1) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            weights -= 0.1 * weights.grad
            bias -= 0.1 * bias.grad
        weights.grad = bias.grad = None
    return weights.detach(), bias.detach()

fitted = fit(5)
"""

WITH_AUTOGRAD_GRAD = """
theta = torch.randn(2, 1, requires_grad=True)
for i in range(4):
    loss = ((x @ theta - y) ** 2).mean()
    (slope,) = torch.autograd.grad(loss, [theta])
    theta.data -= 0.1 * slope
"""

MODEL_PARAMETERS_BY_HAND = """
for epoch in range(3):
    loss = ((model(x) - y) ** 2).mean()
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for param in model.parameters():
            param -= 0.05 * param.grad
"""

DATA_LOADER = """
from torch.utils.data import DataLoader, TensorDataset

loader = DataLoader(TensorDataset(x, y), batch_size=2, shuffle=True)
my_net = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = optim.AdamW(my_net.parameters())
for epoch in range(2):
    running = 0.0
    for inputs, labels in loader:
        optimizer.zero_grad()
        loss = F.mse_loss(my_net(inputs), labels)
        loss.backward()
        optimizer.step()
        running += loss.item()
"""

LAYERS_IN_A_LIST = """
layers = [nn.Linear(2, 5), nn.Linear(5, 1)]
params = [p for layer in layers for p in layer.parameters()]
opt = optim.SGD(params, lr=0.1)
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(layers[1](torch.relu(layers[0](x))), y).backward()
    opt.step()
"""

NETS_IN_A_DICT = """
nets = {"small": nn.Linear(2, 1), "wide": nn.Sequential(nn.Linear(2, 9), nn.Linear(9, 1))}
for name, net in nets.items():
    opt = optim.SGD(net.parameters(), lr=0.1)
    for _ in range(3):
        opt.zero_grad()
        F.mse_loss(net(x), y).backward()
        opt.step()
"""

PARAMETERS_IN_A_DICT = """
params = {"W": torch.randn(2, 1, requires_grad=True), "b": torch.zeros(1, requires_grad=True)}
for _ in range(3):
    loss = ((x @ params["W"] + params["b"] - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        for key in params:
            params[key] -= 0.1 * params[key].grad
            params[key].grad = None
"""

ONE_FOR_EACH_RATE = """
def train(lr):
    net = nn.Linear(2, 1)
    opt = optim.SGD(net.parameters(), lr=lr)
    for _ in range(3):
        opt.zero_grad()
        F.mse_loss(net(x), y).backward()
        opt.step()
    return net

for lr in [10.0 ** -k for k in range(12)]:
    best = train(lr)
"""

FACTORY = """
def make_net():
    return nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))

classifier = make_net()
opt = optim.RMSprop(classifier.parameters(), lr=0.01)
def one_step():
    opt.zero_grad()
    loss = F.mse_loss(classifier(x), y)
    loss.backward()
    opt.step()
for _ in range(3): one_step()
"""

HEAD_ONLY = """
for p in model.parameters():
    p.requires_grad = False
head = nn.Linear(1, 1)
opt = optim.SGD(head.parameters(), lr=0.1)
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(head(model(x)), y).backward()
    opt.step()
"""

SAME_NAME_AS_THE_GIVEN = """
def train():
    model = nn.Linear(2, 1)
    opt = optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()
train()
"""

IN_A_CLOSURE = """
def trainer():
    net = nn.Linear(2, 1)
    opt = optim.LBFGS(net.parameters(), max_iter=2)
    def closure():
        opt.zero_grad()
        loss = F.mse_loss(net(x), y)
        loss.backward()
        return loss
    def go():
        for _ in range(3): opt.step(closure)
    return go
trainer()()
"""

LIST_OF_PARAMETERS = """
table, w1 = torch.randn(5, 3), torch.randn(12, 400)
b1, w2, b2 = torch.randn(400), torch.randn(400, 5), torch.randn(5)
parameters = [table, w1, b1, w2, b2]
for p in parameters:
    p.requires_grad = True
index, target = torch.tensor([[0, 1, 2, 3]]), torch.tensor([4])
for step in range(3):
    hidden = torch.tanh(table[index].view(-1, 12) @ w1 + b1)
    loss = F.cross_entropy(hidden @ w2 + b2, target)
    for p in parameters:
        p.grad = None
    loss.backward()
    for p in parameters:
        p.data += -0.1 * p.grad
"""

PROGRAMS = {
    "a net made in a function": (NET_IN_A_FUNCTION, "net.weight"),
    "main, and a train that calls it model": (MAIN_AND_TRAIN, "net.fc1.weight"),
    "a trainer that has a name": (
        TRAINER + "trainer = Trainer()\ntrainer.fit(x, y)\n",
        "trainer.net[0].weight",
    ),
    "a trainer without one": (TRAINER + "Trainer(0.2).fit(x, y)\n", "self.net[0].weight"),
    "two optimizers": (TWO_OPTIMIZERS, "discriminator[0].weight"),
    "by hand": (BY_HAND, "w1"),
    "by hand, one too large to be drawn": (LIST_OF_PARAMETERS, "w1"),
    "by hand, bound anew": (BY_HAND_BOUND_ANEW, "w"),
    "by hand, in a function": (BY_HAND_IN_A_FUNCTION, "weights"),
    "by hand, with autograd.grad": (WITH_AUTOGRAD_GRAD, "theta"),
    "by hand, the given model": (MODEL_PARAMETERS_BY_HAND, "model[0].weight"),
    "a data loader": (DATA_LOADER, "my_net[0].weight"),
    "layers in a list": (LAYERS_IN_A_LIST, "layers[0].weight"),
    "nets in a dictionary": (NETS_IN_A_DICT, "nets['small'].weight"),
    "parameters in a dictionary": (PARAMETERS_IN_A_DICT, "params['W']"),
    "a net for each learning rate": (ONE_FOR_EACH_RATE, "best.weight"),
    "a net made by a function": (FACTORY, "classifier[0].weight"),
    "a head on the frozen model": (HEAD_ONLY, "head.weight"),
    "the name of the given model": (SAME_NAME_AS_THE_GIVEN, "train: model.weight"),
    "a closure": (IN_A_CLOSURE, "net.weight"),
    "nothing is trained": ("h = model(x)\n", "model[0].weight"),
}


@pytest.mark.parametrize(("source", "name"), PROGRAMS.values(), ids=PROGRAMS)
def test_what_is_trained_is_chosen_by_its_own_name(source: str, name: str) -> None:
    served = run(source, given=GIVEN, live=True)
    assert served.executed.outcome == "finished", served.executed.error
    inventory = served.all(InventoryTaken)[-1].entries
    assert default_name(inventory) == name
    names = [entry.name for entry in inventory]
    assert len(names) == len(set(names))
    trained = [entry.trained for entry in inventory]
    assert trained == sorted(trained, reverse=True), "what is trained comes first"
    assert any(trained) == (name != "model[0].weight" or "step" in source or "backward" in source)
    for step in served.all(StepRecorded):
        assert all(re.match(r"[a-z]", entry.name) for entry in step.entries)
        assert not any(entry.name.startswith("parameter ") for entry in step.entries)


def test_a_compiled_model_has_the_names_of_the_one_it_was_made_of() -> None:
    source = """
model = torch.compile(model, backend="eager")
optimizer = optim.SGD(model.parameters(), lr=0.1)
F.mse_loss(model(x), y).backward()
optimizer.step()
"""
    taken = run(source, given=GIVEN, live=True).all(InventoryTaken)[-1]
    names = [each.name for each in taken.entries if each.trained]
    assert names == ["model[0].weight", "model[0].bias", "model[2].weight", "model[2].bias"]


def entry_of(source: str, name: str, given: str = GIVEN) -> InventoryEntry:
    inventory = run(source, given=given, live=True).all(InventoryTaken)[-1]
    return next(entry for entry in inventory.entries if entry.name == name)


def numbers(entry: InventoryEntry) -> list[float]:
    assert isinstance(entry.value, TensorValue)
    return array("d", entry.value.data).tolist()


def test_each_network_that_had_the_same_name_gives_way_to_the_next() -> None:
    served = run(ONE_FOR_EACH_RATE.replace("return net", "return 0"), given=GIVEN, live=True)
    trained = [e.name for e in served.all(InventoryTaken)[-1].entries if e.trained]
    assert trained == ["net.weight", "net.bias"]
    assert len(served.all(StepRecorded)[-1].entries) == 2


def test_a_name_that_was_bound_anew_shows_what_it_means_now() -> None:
    source = BY_HAND_BOUND_ANEW + "w = torch.full((2, 1), 7.0)\n"
    assert numbers(entry_of(source, "w")) == [7.0, 7.0]


def test_gradients_stand_beside_the_values() -> None:
    entry = entry_of(
        "w = torch.tensor([1.0, 2.0], requires_grad=True)\n(w * w).sum().backward()", "w"
    )
    assert array("d", entry.gradient).tolist() == [2.0, 4.0]
    assert entry.trained
    assert entry_of("w = torch.ones(2, requires_grad=True)", "w").gradient == b""


def test_of_each_step_there_are_gradients_too() -> None:
    steps = run(BY_HAND, given=GIVEN, live=True).all(StepRecorded)
    for step in steps:
        w1, b1, w2 = step.entries
        assert [e.name for e in step.entries] == ["w1", "b1", "w2"]
        lengths = [sum(g * g for g in array("d", e.gradient)) ** 0.5 for e in (w1, b1, w2)]
        assert lengths == pytest.approx([e.gradient_norm for e in (w1, b1, w2)])


UPDATED_BY_HAND = """
optimizer = optim.SGD(model.parameters(), lr=0.1)
F.mse_loss(model(x), y).backward()
optimizer.step()
"""


def test_what_the_given_code_trained_is_first_until_something_else_is() -> None:
    served = run("weight0 = model[0].weight\n", given=GIVEN + UPDATED_BY_HAND, live=True)
    entries = served.all(InventoryTaken)[-1].entries
    assert [entry.name for entry in entries if entry.trained][:2] == [
        "model[0].weight",
        "model[0].bias",
    ]
    served = run(NET_IN_A_FUNCTION, given=GIVEN + UPDATED_BY_HAND, live=True)
    entries = served.all(InventoryTaken)[-1].entries
    assert [entry.name for entry in entries if entry.trained] == ["net.weight", "net.bias"]


def test_what_the_parameters_were_before_the_learners_part_is_told_once() -> None:
    update = "with torch.no_grad(): model[0].weight -= 1\nmodel[2] = nn.Linear(3, 1)\n"
    served = run(update, given=GIVEN, live=True)
    before = served.only(ParametersGiven).entries
    assert [entry.name for entry in before] == ["model[0].weight", "model[0].bias"]
    now = next(e for e in served.only(InventoryTaken).entries if e.name == "model[0].weight")
    assert [a - b for a, b in zip(numbers(before[0]), numbers(now), strict=True)] == pytest.approx(
        [1.0] * 6
    )
    assert run("n = 1", given="n = 0", live=True).all(ParametersGiven) == []


def test_steps_are_counted_in_the_inventory() -> None:
    assert run(NET_IN_A_FUNCTION, given=GIVEN, live=True).all(InventoryTaken)[-1].step == 3
    assert run(BY_HAND, given=GIVEN, live=True).all(InventoryTaken)[-1].step == 4
    assert run("n = 1", given=GIVEN, live=True).all(InventoryTaken)[-1].step == 0


LETS_GO = """
import weakref
def train():
    net = nn.Linear(2, 1)
    opt = optim.SGD(net.parameters(), lr=0.1)
    batch = torch.ones(4, 2)
    gone = weakref.ref(batch)
    F.mse_loss(net(batch), y).backward()
    opt.step()
    del batch
    return gone() is None
freed = train()
"""

KEEPS_LOCALS = """
def train():
    net = nn.Linear(2, 1)
    opt = optim.SGD(net.parameters(), lr=0.1)
    mine = locals()
    F.mse_loss(net(x), y).backward()
    opt.step()
    return sorted(mine)
kept = train()
"""


def test_looking_for_names_keeps_nothing_alive_and_empties_nothing() -> None:
    served = run(LETS_GO, "freed", given=GIVEN, live=True)
    assert served.answers[0].shown == "True"
    served = run(KEEPS_LOCALS, "kept", given=GIVEN, live=True)
    assert served.answers[0].shown == "['net', 'opt']"


TRAPS = """
class Trap:
    def __init__(self, net):
        self.net = net
    def __getattr__(self, name): raise SystemExit("asked for " + name)
    def __eq__(self, other): raise SystemExit("compared")
    def __hash__(self): raise SystemExit("hashed")
    def __iter__(self): raise SystemExit("iterated")
    def __repr__(self): raise SystemExit("shown")
class Mine(dict):
    def items(self): raise SystemExit("items")
def train():
    trap, mine = Trap(nn.Linear(2, 1)), Mine(a=1)
    everything = {"trap": trap, 3: mine}
    everything["self"] = everything
    opt = optim.SGD(trap.net.parameters(), lr=0.1)
    F.mse_loss(trap.net(x), y).backward()
    opt.step()
train()
"""


def test_nothing_of_the_program_is_called_for_a_name() -> None:
    served = run(TRAPS, given=GIVEN, live=True)
    assert served.executed.outcome == "finished", served.executed.error
    assert default_name(served.all(InventoryTaken)[-1].entries) == "trap.net.weight"


BOUND_ANEW_IN_A_FUNCTION = """
def fit():
    w = torch.zeros(2, 1, requires_grad=True)
    for i in range(STEPS):
        loss = ((x @ w - 1) ** 2).mean()
        loss.backward()
        w = (w - 0.01 * w.grad).detach().requires_grad_()
fit()
"""


@pytest.mark.parametrize("steps", [1, 2_000])
def test_where_it_is_not_known_what_a_tensor_is_now_its_step_is_told(steps: int) -> None:
    source = BOUND_ANEW_IN_A_FUNCTION.replace("STEPS", str(steps))
    served = run(source, given=GIVEN, live=True)
    taken = served.all(InventoryTaken)[-1]
    (w,) = (entry for entry in taken.entries if entry.trained)
    assert (w.name, taken.step) == ("w", steps)
    recorded = {each.step + 1: each for each in served.all(StepRecorded)}
    seen = w.last_seen or steps
    assert max(recorded) <= seen <= steps
    if seen in recorded:  # a snapshot that was taken late may not have been sent
        assert numbers(w) == numbers(recorded[seen].entries[0])
