"""What the texts claim about programs that they do not show comes out when such a program runs.

Each program runs after the givens of a step and prints words that a text must contain.
"""

from __future__ import annotations

import pytest

from tutor.client.client import WorkerClient
from tutor.course.model import CodeStep, Course
from tutor.wire.commands import Execute, Limits, Program

pytestmark = [
    pytest.mark.process,
    pytest.mark.xdist_group("content"),
    pytest.mark.asyncio(loop_scope="package"),
]

BORDERS = """
def trained(seed, steps, *layers):
    torch.manual_seed(seed)
    model = nn.Sequential(*[make() for make in layers])
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    for step in range(steps):
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(model(points), label).backward()
        optimizer.step()
    scores = model(points)
    right = int(((scores > 0) == (label == 1)).sum())
    return right, round(F.binary_cross_entropy_with_logits(scores, label).item(), 4)


single = lambda: nn.Linear(2, 1)
first, middle, last = lambda: nn.Linear(2, 8), lambda: nn.Linear(8, 8), lambda: nn.Linear(8, 1)
"""

DIGITS = """
data = np.load("digits.npz")
order = torch.randperm(1797, generator=torch.Generator().manual_seed(0))
X = torch.tensor(data["x"]).reshape(-1, 64).float()[order] / 16
Y = torch.tensor(data["y"]).long()[order]


def batches(size):
    while True:
        yield from torch.randperm(1400).split(size)


def share(seed, size, lr, steps, late=False):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    optimizer = optim.SGD(model.parameters(), lr=lr)
    for rows, _ in zip(batches(size), range(steps)):
        if late:
            optimizer.step()
        optimizer.zero_grad()
        F.cross_entropy(model(X[rows]), Y[rows]).backward()
        if not late:
            optimizer.step()
    return (model(X[1400:]).argmax(dim=1) == Y[1400:]).float().mean().item()
"""

CLAIMS = {
    "a single layer, trained to the end": (
        "deep-but-linear",
        BORDERS
        + """
right, loss = trained(0, 700, single)
print(f"After 700 training steps it is right for {right} of the 200 points")
deep = trained(0, 300, first, middle, middle, last)
print(f"The four layers got {deep[0]} right, as many as the single one")
if deep == (right, loss):
    print(f"their loss is the same, {loss}.")
""",
    ),
    "one layer and four, from other starts": (
        "deep-but-linear",
        BORDERS
        + """
ends = {trained(seed, 700, single) for seed in (1, 2, 3, 4)}
ends |= {trained(seed, 300, first, middle, middle, last) for seed in (1, 2, 3, 4)}
((right, loss),) = ends
print(f"from four other random starts, both end at {right} again")
""",
    ),
    "four layers with ReLU, from other starts": (
        "deep-but-linear",
        BORDERS
        + """
bent = (first, nn.ReLU, middle, nn.ReLU, middle, nn.ReLU, last)
ends = [trained(seed, 300, *bent)[0] for seed in (1, 2, 3, 4)]
print(f"From four other starts it reached {min(ends)} to {max(ends)}.")
""",
    ),
    "layers without an activation": (
        "training-loop",
        """
numbers = sum(each.numel() for each in model.parameters())
single = sum(each.numel() for each in nn.Linear(16, 2).parameters())
print(f"its {numbers} numbers compute no more than the {single} of one `nn.Linear(16, 2)`")
""",
    ),
    "the last of five steps of Adam": (
        "training-loop",
        """
for epoch in range(5):
    optimizer.zero_grad()
    criterion(model(input_tensor), output_tensor).backward()
    before = model[0].weight.detach().clone()
    optimizer.step()
moved = (model[0].weight - before).abs().max()
steepest = model[0].weight.grad.abs().max()
print(f"largest change {moved:.3g}; lr × gradient is {lr * steepest:.3g}")
print(f"the largest gradient {steepest:.3g}")
""",
    ),
    "the gradients that an update by hand begins with": (
        "manual-update",
        """
fresh = torch.autograd.grad(criterion(model(input_tensor), output_tensor), model[0].weight)[0]
if torch.allclose(model[0].weight.grad, fresh):
    steepest = fresh.abs().max()
    print(f"largest change {lr * steepest:.3g} = lr {lr} × gradient {steepest:.3g}")
""",
    ),
    "shapes of a binary classifier": (
        "quiz-binary-output",
        """
x = torch.randn(1, 8)
score = nn.Linear(8, 1)(x)
probability = nn.Sigmoid()(score)
print(f"An example of shape {tuple(x.shape)} goes in")
print(f"an output of shape {tuple(probability.shape)} comes out")
if score.shape == probability.shape:
    print("the sigmoid keeps it")
""",
    ),
    "a wider float": (
        "batch-softmax",
        """
if np.finfo(np.longdouble).max > np.finfo(float).max:
    wide = np.array([[1000.0, 999.0], [20000.0, 19999.0]], dtype=np.longdouble)
    powers = np.exp(wide)
    if np.isfinite(powers).all(axis=1).tolist() == [True, False]:
        print("with scores of 20 000 the `nan` is back")
else:
    print("it is an ordinary float")
""",
    ),
    "class numbers in place of a one-hot label": (
        "cross-entropy",
        """
one_hot = F.one_hot(torch.tensor(y), num_classes=4).float()
losses = [CrossEntropyLoss()(scores, each) for each in (torch.tensor(y), one_hot)]
if torch.allclose(*losses):
    print(f"Both lines print `tensor({losses[0]:.4f})`")
""",
    ),
    "one step on one example cannot be too long": (
        "sgd-optimizer",
        """
optimizer = optim.SGD(model.parameters(), lr=10)
criterion(pred, target).backward()
optimizer.step()
print(f"even 10 brings the loss to {abs(criterion(model(input_tensor), target).item()):.0f}")
print(f"PyTorch uses {optim.SGD(model.parameters()).defaults['lr']}.")
""",
    ),
    "many examples set a limit to the rate": (
        "sgd-optimizer",
        DIGITS
        + """
print(f"after one epoch at 0.5 it is right for {share(0, 32, 0.5, 44):.0%} of them")
print(f"chance, {max(share(seed, 32, 10, 44) for seed in range(5)):.0%} or less")
""",
    ),
    "the two curves of eight nets": (
        "train-penguins",
        """
table = np.loadtxt("penguins.csv", delimiter=",", skiprows=1)
x = torch.tensor(table[:, :4], dtype=torch.float32)
y = torch.tensor(table[:, 4], dtype=torch.long)
order = torch.randperm(342, generator=torch.Generator().manual_seed(0))
train, val = order[:274], order[274:]
z = (x - x[train].mean(dim=0)) / x[train].std(dim=0)


def curves(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
    optimizer = optim.SGD(model.parameters(), lr=0.3)
    for epoch in range(300):
        for rows in train[torch.randperm(274)].split(32):
            optimizer.zero_grad()
            F.cross_entropy(model(z[rows]), y[rows]).backward()
            optimizer.step()
        with torch.no_grad():
            yield [F.cross_entropy(model(z[rows]), y[rows]).item() for rows in (train, val)]


losses = np.array([list(curves(seed)) for seed in range(8)])
span = lambda values: f"{values.min():.3f} to {values.max():.3f}"
print(f"a training loss of {span(losses[:, 9, 0])} and a validation loss of")
print(f"a validation loss of {span(losses[:, 9, 1])}")
print(f"the training loss is {span(losses[:, -1, 0])}")
print(f"falls to {span(losses[:, :, 1].min(axis=1))}, and then rises again")
print(f"rises again, to {span(losses[:, -1, 1])}")
""",
    ),
    "three ways to classify penguins": (
        "nearest-without-loops",
        """
table = np.loadtxt("penguins.csv", delimiter=",", skiprows=1)
x = torch.tensor(table[:, :4], dtype=torch.float32)
y = torch.tensor(table[:, 4], dtype=torch.long)
order = torch.randperm(342, generator=torch.Generator().manual_seed(0))
train, val = order[:274], order[274:]
z = (x - x[train].mean(dim=0)) / x[train].std(dim=0)
right = {int((y[train][torch.cdist(z[val], z[train]).argmin(dim=1)] == y[val]).sum())}
for layers in ([(4, 3)], [(4, 16), (16, 3)]):
    torch.manual_seed(0)
    parts = [part for sizes in layers for part in (nn.Linear(*sizes), nn.ReLU())]
    model = nn.Sequential(*parts[:-1])
    optimizer = optim.SGD(model.parameters(), lr=0.3)
    for epoch in range(10):
        for rows in torch.randperm(274).split(32):
            optimizer.zero_grad()
            F.cross_entropy(model(z[train][rows]), y[train][rows]).backward()
            optimizer.step()
    right |= {int((model(z[val]).argmax(dim=1) == y[val]).sum())}
(number,) = right
print(f"each get {number} right")
""",
    ),
    "three methods on three tables": (
        "honest-contest",
        """
def fit(model, x, y, train, rate, epochs):
    optimizer = optim.SGD(model.parameters(), lr=rate)
    for epoch in range(epochs):
        for rows in train[torch.randperm(len(train))].split(32):
            optimizer.zero_grad()
            F.cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()
    return model


def contest(x, y, seed, rows, hidden, fit):
    torch.manual_seed(seed)
    order = torch.randperm(len(x))
    train, val = order[:rows], order[rows:]
    if len(x) == 342:
        x = (x - x[train].mean(dim=0)) / x[train].std(dim=0)
    ways, classes = x.shape[1], int(y.max()) + 1
    answers = [y[train][torch.cdist(x[val], x[train]).argmin(dim=1)]]
    for model in (
        nn.Linear(ways, classes),
        nn.Sequential(nn.Linear(ways, hidden), nn.ReLU(), nn.Linear(hidden, classes)),
    ):
        answers.append(fit(model, x, y, train)(x[val]).argmax(dim=1))
    return [int((each == y[val]).sum()) for each in answers]


def spans(splits, *values):
    scores = np.array([contest(*values[:2], seed, *values[2:]) for seed in range(splits)])
    return [f"{low} to {high}" for low, high in zip(scores.min(axis=0), scores.max(axis=0))]


table = torch.tensor(np.loadtxt("penguins.csv", delimiter=",", skiprows=1)).float()
data = np.load("digits.npz")
images = torch.tensor(data["x"]).reshape(-1, 64).float() / 16
digits = torch.tensor(data["y"]).long()
penguins = lambda *values: fit(*values, 0.3, 10)
loop = lambda *values: fit(*values, 0.5, 15)
birds = spans(10, table[:, :4], table[:, 4].long(), 274, 16, penguins)
written = spans(5, images, digits, 1400, 32, loop)
noisy = spans(10, x, y, 1200, 32, lambda model, x, y, train: trained(model, train))
low, high = map(int, noisy[2].split(" to "))  # other processors give one more or less
noisy[2] = f"{low // 10 * 10} to {-(-high // 10) * 10}"
for k, name in enumerate(("nearest neighbour", "one linear layer", "a net")):
    print(f"| {name} | {birds[k]} | {written[k]} |")
    print(f"| {name} | {noisy[k]} |")
""",
    ),
    "five runs and what they need": (
        "which-curve",
        """
data = np.load("digits.npz")
order = torch.randperm(1797, generator=torch.Generator().manual_seed(0))
x = torch.tensor(data["x"]).reshape(-1, 64).float()[order] / 16
y = torch.tensor(data["y"]).long()[order]
noisy, draw = y.clone(), torch.Generator().manual_seed(0)
changed = torch.randperm(200, generator=draw)[:50]
noisy[changed] = torch.randint(10, (50,), generator=draw)


def losses_of(run, hidden, rate, labels, epochs):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, hidden), nn.ReLU(), nn.Linear(hidden, 10))
    optimizer = optim.SGD(model.parameters(), lr=rate)
    cells = []
    for epoch in range(1, epochs + 1):
        for rows in torch.randperm(200).split(32):
            optimizer.zero_grad()
            F.cross_entropy(model(x[rows]), labels[rows]).backward()
            optimizer.step()
        if epoch in (1, 20, 50, 100, epochs):
            with torch.no_grad():
                known, new = model(x[:200]), model(x[200:500])
            val_loss = F.cross_entropy(new, y[200:500])
            share = (new.argmax(dim=1) == y[200:500]).float().mean()
            # this one differs between processors from the second decimal on
            places = 1 if (run, epoch) == ("A", 100) else 2
            cells.append(f"{F.cross_entropy(known, labels[:200]):.2f} / {val_loss:.{places}f}")
            if (run, epoch) == ("A", 20):
                print(f"the net of epoch 20 is right for {share:.3f}")
            if epoch == 100:
                told = "right" if labels is y else "a quarter random"
                print(f"| {run} | {hidden} | {rate} | {told} | {share:.3f} |")
                print(f"| {run} | {' | '.join(cells)} |")
    return f"{val_loss:.2f}"


losses_of("A", 128, 0.5, noisy, 100)
losses_of("B", 128, 0.5, y, 100)
losses_of("D", 128, 3, y, 100)
print(f"after 400 its validation loss is {losses_of('E', 128, 0.02, y, 400)}")
print(f"after 1000 it is {losses_of('C', 2, 0.1, y, 1000)}")
""",
    ),
    "a net that is measured with dropout on": (
        "eval-forgotten",
        """
with torch.no_grad():
    answers = [model(val_x).argmax(dim=1) for _ in range(102)]
print(f"disagree for {int((answers[0] != answers[1]).sum())} of the 300 rows")
counts = [int((each == val_y).sum()) for each in answers[2:]]
print(f"Of 100 measurements the worst has {min(counts)} right answers and the best {max(counts)}")
model.eval()
print(f"the net is right for {int((model(val_x).argmax(dim=1) == val_y).sum())}, every time")
""",
    ),
    "the best epoch of ten starts": (
        "keep-the-best",
        """
def span(values, places=3):
    return f"{min(values):.{places}f} to {max(values):.{places}f}"


bests, lasts = [], []
for seed in range(10):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = optim.SGD(model.parameters(), lr=0.5)
    rows = []
    for epoch in range(epochs):
        train_epoch()
        with torch.no_grad():
            others = (model(x[500:]).argmax(dim=1) == y[500:]).float().mean().item()
        rows.append((epoch, val_accuracy(), others))
    bests.append(max(rows, key=lambda row: row[1]))
    lasts.append(rows[-1])
(epoch, val, others), (last, last_val, last_others) = zip(*bests), zip(*lasts)
print(f"| number of the epoch | {span(epoch, 0)} | {max(last)} |")
print(f"| right of the 300 validation rows | {span(val)} | {span(last_val)} |")
print(f"| right of 1297 other rows | {span(others)} | {span(last_others)} |")
lost = [a - b for a, b in zip(val, others)]
print(f"{min(lost):.2f} to {max(lost):.2f} fewer of the other rows")
""",
    ),
    "dropout of none and of much": (
        "dropout-by-hand",
        """
data = np.load("digits.npz")
generator = torch.Generator().manual_seed(0)
order = torch.randperm(1797, generator=generator)
x = torch.tensor(data["x"]).reshape(-1, 64).float()[order] / 16
y = torch.tensor(data["y"]).long()[order]
noisy = y[:200].clone()
changed = torch.randperm(200, generator=generator)[:50]
noisy[changed] = torch.randint(10, (50,), generator=generator)


def shares(p, seed):
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Dropout(p), nn.Linear(64, 10))
    optimizer = optim.SGD(net.parameters(), lr=0.5)
    for epoch in range(100):
        for batch in torch.randperm(200).split(32):
            optimizer.zero_grad()
            F.cross_entropy(net(x[batch]), noisy[batch]).backward()
            optimizer.step()
    answers = net.eval()(x).argmax(dim=1)
    right = answers[:200] == noisy, answers[500:] == y[500:]
    return [each.float().mean().item() for each in right]


means = []
for p in (0, 0.7):
    own, others = zip(*(shares(p, seed) for seed in range(10)))
    cells = [f"{min(each):.3f} to {max(each):.3f}" for each in (own, others)]
    print(f"| {p} | {cells[0]} | {cells[1]} |")
    means.append(sum(others) / 10)
print(f"{means[0]:.3f} on average at p = 0, {means[1]:.3f} at 0.7")
""",
    ),
    "three ways with wrong labels": (
        "honest-number",
        """
def share(x, y):
    with torch.no_grad():
        return (model(x).argmax(dim=1) == y).float().mean().item()


def run(dropout, seed):
    global model
    torch.manual_seed(seed)
    model = new_net(dropout=dropout)
    optimizer = optim.SGD(model.parameters(), lr=0.5)
    for epoch in range(100):
        train_epoch(model, optimizer)
        model.eval()
        with torch.no_grad():
            loss = F.cross_entropy(model(val[0]), val[1]).item()
        yield share(*val), loss, share(*new)


ways, own = {"to the end": [], "by the validation loss": [], "and dropout of 0.5": []}, []
for draw in (2, 13):
    (train_x, train_y), val, new = draw_rows(draw)
    for seed in range(5):
        rows = list(run(0.0, seed))
        own.append(share(train_x, train_y))
        ways["to the end"].append(rows[-1])
        ways["by the validation loss"].append(min(rows, key=lambda row: row[1]))
        ways["and dropout of 0.5"].append(max(run(0.5, seed), key=lambda row: row[0]))
for name, rows in ways.items():
    others = [row[2] for row in rows]
    print(f"{name} | {sum(others) / len(others):.2f} |")
print(f"is {min(own):.3f} to {max(own):.3f}")
off = max(abs(row[0] - row[2]) for rows in ways.values() for row in rows)
print(f"In all 30 runs `reported` is off by less than {np.ceil(off * 20) / 20:.2f}")
""",
    ),
    "copies on both sides of a split": (
        "copies-first",
        """
def split(copies_first):
    number = torch.arange(150).repeat(copies if copies_first else 1)
    order = torch.randperm(len(number))
    cut = 150 if copies_first else 38
    train, val = number[order[cut:]], number[order[:cut]]
    net = trained(x[train], y[train]) if copies_first else trained(
        x[train].repeat(copies, 1), y[train].repeat(copies)
    )
    shared = int(torch.isin(val, train).sum())
    return accuracy(net, x[val], y[val]), accuracy(net, new_x, new_y), shared


for name, copies_first in (("copied, then split", True), ("split, then copied", False)):
    rows = []
    for seed in range(10):
        torch.manual_seed(seed)
        rows.append(split(copies_first))
    val, new, shared = [(min(each), max(each)) for each in zip(*rows)]
    both = f"{shared[0]} to {shared[1]}" if shared[1] else "none"
    cells = [f"{low:.3f} to {high:.3f}" for low, high in (val, new)]
    print(f"| {name} | {cells[0]} | {cells[1]} | {both} |")
""",
    ),
    "a byte and two bytes": (
        "bytes-and-halves",
        """
digits = -np.log10(torch.finfo(torch.bfloat16).eps)
print(f"only {int(digits)} to {int(digits) + 1} digits")
""",
    ),
    "thirty starts": (
        "the-five-lines",
        DIGITS
        + """
starts = [share(seed, 32, 0.5, 44) for seed in range(30)]
names = {5: "five"}
few = names[sum(each < 0.75 for each in starts)]
print(f"thirty starts, seeds 0 to 29, give {100 * min(starts):.0f} to {max(starts):.0%}, and")
print(f"{few} of them less than 75%")
if starts[0] == max(starts):
    print("This start is a lucky one")
late, right = share(3, 32, 0.5, 44, late=True), share(3, 32, 0.5, 44)
print(f"seed 3, it ends at {late:.1%}, and the right loop at {right:.1%}")
""",
    ),
    "steps, not batches, make the difference": (
        "the-five-lines",
        DIGITS
        + """
rows = {1: 4200, 8: 525, 32: 132, 1400: 3}
for size in (8, 32, 1400):
    ends = [share(seed, size, 0.05, rows[size]) for seed in range(3)]
    print(f"| {size} | {rows[size]} | {min(ends):.2f} to {max(ends):.2f} |")
one, all_rows = [[share(seed, size, 0.05, 132) for seed in range(4)] for size in (1, 1400)]
print(f"batches of 1 reach {min(one):.2f} to {max(one):.2f}")
print(f"batches of 1400 reach {min(all_rows):.2f} to {max(all_rows):.2f}")
""",
    ),
    "what a step costs": (
        "the-five-lines",
        """
import time


def cost(rows):
    times = []
    for _ in range(40):
        began = time.perf_counter()
        optimizer.zero_grad()
        F.cross_entropy(model(X[:rows]), Y[:rows]).backward()
        optimizer.step()
        times.append(time.perf_counter() - began)
    return min(times)


cost(1)
if cost(32) < 2 * cost(1):
    print("With 32 rows it takes about as long as with one row")
if cost(1400) > 2 * cost(32):
    print("with 1400 rows about four times as long")
""",
    ),
    "a net for the rare class, trained longer": (
        "rare-class",
        DIGITS
        + """
labels = (Y == 8).long()
for epochs in (8, 15, 30):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))
    optimizer = optim.SGD(model.parameters(), lr=0.28)
    for epoch in range(epochs):
        for rows in torch.randperm(1400).split(64):
            optimizer.zero_grad()
            wanted = labels[rows].float()
            F.binary_cross_entropy_with_logits(model(X[rows])[:, 0], wanted).backward()
            optimizer.step()
    yes = model(X[1400:])[:, 0] >= 0
    found = (yes & (labels[1400:] == 1)).sum().item()
    precision, recall = found / yes.sum().item(), found / labels[1400:].sum().item()
    print(f"| {epochs} | {precision:.2f} | {recall:.2f} |")
""",
    ),
    "methods for a raw table": (
        "your-own-table",
        """
NEW = list(csv.DictReader(open("penguins-new.csv")))
NAMES, KINDS = ("bill_length", "bill_depth", "flipper"), ("Adelie", "Chinstrap", "Gentoo")
mass = np.array([float(row["mass"]) for row in table])
base = mean_error(lambda rows: [mass.mean()] * len(rows), NEW)
print(f"wrong by about {base:.0f} g")


def numbers(rows, gap=np.nan):
    return np.array([[float(row[k] or gap) for k in NAMES] for row in rows])


def species(rows):
    return np.array([KINDS.index(row["species"]) for row in rows])


def method(fit, code=lambda kinds: np.eye(3)[kinds], gap=np.nan):
    mean, std = np.nanmean(numbers(table, gap), 0), np.nanstd(numbers(table, gap), 0)

    def features(rows):
        scaled = np.nan_to_num((numbers(rows, gap) - mean) / std)
        return np.column_stack([scaled, code(species(rows))])

    predict = fit(features(table))
    return lambda rows: predict(features(rows))


def linear(x):
    w = np.linalg.lstsq(np.column_stack([x, np.ones(len(x))]), mass, rcond=None)[0]
    return lambda rows: rows @ w[:-1] + w[-1]


def neighbours(x):
    near = lambda rows: np.argsort(((rows[:, None] - x) ** 2).sum(2), axis=1)[:, :5]
    return lambda rows: mass[near(rows)].mean(axis=1)


def net(x):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1))
    optimizer = optim.Adam(net.parameters(), lr=0.02)
    x, y = torch.tensor(x).float(), torch.tensor(mass).float()[:, None] / 1000
    for _ in range(200):
        optimizer.zero_grad()
        F.mse_loss(net(x), y).backward()
        optimizer.step()
    return lambda rows: 1000 * net(torch.tensor(rows).float())[:, 0].detach()


blanks = [{**row, a: "", b: ""} for row in NEW for a in NAMES for b in NAMES if a <= b]
for name, predict in {
    "one linear layer": method(linear),
    "nearest neighbour, 5 of them": method(neighbours),
    "a net with 16 hidden units": method(net),
    "a linear layer, species as 0, 1, 2": method(linear, lambda kinds: kinds),
    "nearest neighbour, gaps as 0": method(neighbours, gap=0),
}.items():
    shares = [mean_error(predict, rows) / base for rows in (NEW, blanks)]
    print(f"| {name} | {shares[0]:.2f} | {shares[1]:.2f} |")
""",
    ),
    "predictions with dropout left on": (
        "save-and-load",
        """
model.eval()
print(f"right for {int((model(x).argmax(dim=1) == y).sum())} of the 397 images")
model.train()
tries = [int((model(x).argmax(dim=1) == y).sum()) for _ in range(200)]
print(f"200 tries gave between {min(tries)} and {max(tries)}")
""",
    ),
    "steps of plain descent, momentum and Adam": (
        "forty-steps",
        """
def steps(kind, **settings):
    return steps_of(lambda params: kind(params, **settings))


for rate in (0.02, 0.0295):
    print(f"| plain descent | {rate} | {steps(optim.SGD, lr=rate)} |")
print(f"| Adam, usual settings | 0.3 | {steps(optim.Adam, lr=0.3)} |")
for rate, kept in ((0.01, 0.9), (0.03, 0.8), (0.045, 0.75), (0.035, 0.8)):
    count = steps(optim.SGD, lr=rate, momentum=kept)
    print(f"| momentum: rate {rate}, keeps {kept} | {count} |")
columns = torch.cat([x, torch.ones_like(x)], dim=1)
flat, steep = torch.linalg.eigvalsh(2 * columns.T @ columns / 100)
print(f"a curvature of {steep:.1f}, and flat in another, with {flat:.2f}")
""",
    ),
    "the rise after a rate that is too large": (
        "largest-rate",
        """
net = nn.Linear(1, 1)
nn.init.zeros_(net.weight)
nn.init.zeros_(net.bias)
optimizer = optim.SGD(net.parameters(), lr=0.02)
losses = []
while len(losses) < 200 and (not losses or losses[-1] < 1e6):
    optimizer.param_groups[0]["lr"] = 0.02 if len(losses) < 100 else 0.04
    optimizer.zero_grad()
    loss = F.mse_loss(net(x), y)
    losses.append(loss.item())
    loss.backward()
    optimizer.step()
falls, blows = losses.index(min(losses)) - 100, len(losses) - 1 - 100
# rounding decides, which another processor may do otherwise
print(f"the loss falls for about {falls if abs(falls - 25) > 8 else 25} more steps")
print(f"About {blows if abs(blows - 45) > 8 else 45} steps after the move it is above a million")
columns = torch.cat([x, torch.ones_like(x)], dim=1)
steep = torch.linalg.eigvalsh(2 * columns.T @ columns / 100)[1]
steep = round(steep.item(), 1)
print(f"0.04 · {steep} − 1 = {0.04 * steep - 1:.2f} times")
""",
    ),
    "steps of momentum at three rates": (
        "momentum",
        """
mark = F.mse_loss(1.4657 * x - 1.8339, y) + 0.001
for rate in (0.01, 0.029):
    counts = []
    for mu in (0, 0.9):
        net = nn.Linear(1, 1)
        nn.init.zeros_(net.weight)
        nn.init.zeros_(net.bias)
        optimizer = optim.SGD(net.parameters(), lr=rate, momentum=mu)
        for count in range(1000):
            optimizer.zero_grad()
            loss = F.mse_loss(net(x), y)
            if loss < mark:
                break
            loss.backward()
            optimizer.step()
        counts.append(count)
    print(f"| {rate} | {counts[0]} | {counts[1]} |")
print(f"up to {reference[:, 0].max():.3f}, and comes back")
""",
    ),
}
"""For each claim the step that makes it, and a program that prints words of it."""


@pytest.mark.parametrize("claim", CLAIMS)
async def test_a_claim_comes_out(claim: str, course: Course, client: WorkerClient) -> None:
    step_id, source = CLAIMS[claim]
    step, first = course.find(step_id), course.find("sigmoid")
    assert step is not None
    assert isinstance(first, CodeStep)
    given = "" if getattr(step, "used", ()) else getattr(step, "given", "")
    files = {file for each in course.steps() for file in getattr(each, "data", ())}
    program = Program(first.prelude, given, f"print('claimed:')\n{source}")
    command = Execute(program, limits=Limits(seconds=60), files=tuple(sorted(files)))
    observation = await client.observe(command, ())
    claimed = observation.output.partition("claimed:\n")[2]
    assert claimed, observation
    text = " ".join(f"{step.text} {step.after}".replace(" %", "%").split())
    for words in claimed.splitlines():
        assert words in text
