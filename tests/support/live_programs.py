"""Endless programs whose views change as much as they can, for whoever counts what that costs."""

from __future__ import annotations

TRAINS = """
import torch
from torch import nn, optim

x = torch.randn(200, 2)
y = ((x[:, :1] * x[:, 1:]) > 0).float()
model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = optim.SGD(model.parameters(), lr=0.5)
criterion = nn.BCEWithLogitsLoss()
while True:
    batch = torch.randint(200, (32,))
    optimizer.zero_grad()
    loss = criterion(model(x[batch]), y[batch])
    loss.backward()
    optimizer.step()
    print("loss", loss.item(), torch.rand(2).tolist())
"""
"""A border that cannot be right for long, and lines of output of which none is like another."""

TELLS_PICTURES_APART = """
import torch
from torch import nn, optim

model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
optimizer = optim.SGD(model.parameters(), lr=0.3)
criterion = nn.CrossEntropyLoss()
while True:
    pictures, labels = torch.rand(64, 64), torch.randint(10, (64,))
    optimizer.zero_grad()
    loss = criterion(model(pictures), labels)
    loss.backward()
    optimizer.step()
    print("loss", loss.item(), torch.rand(2).tolist())
"""
"""Other pictures of noise each time, under labels at random: nobody can learn them."""

PLOTS_IMAGES = """
import numpy
import matplotlib.pyplot as plt

while True:
    plt.clf()
    plt.imshow(numpy.random.rand(60, 60))
    plt.title("an image of noise")
    plt.pause(0.01)
"""

PLOTS_POINTS = """
import numpy
import matplotlib.pyplot as plt

while True:
    plt.clf()
    plt.scatter(*numpy.random.rand(2, 400))
    plt.scatter(*numpy.random.rand(2, 400))
    plt.plot(numpy.linspace(0, 1, 60), numpy.random.rand(60))
    plt.title("points of noise")
    plt.pause(0.01)
"""
