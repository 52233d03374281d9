"""Neurons and models on top of `autograd`, and how to train them.

>>> import nn
>>> model = nn.LogisticRegression(2)
>>> history = nn.fit(model, [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1], epochs=500, progress=False)
>>> model.predict([[0, 1], [1, 1]])
[0, 1]
"""

from nn import initializers, losses, optimizers
from nn.logistic_regression import LogisticRegression
from nn.module import Module, Parameter
from nn.neuron import Neuron
from nn.training import History, evaluate, fit

__all__ = [
    "History",
    "LogisticRegression",
    "Module",
    "Neuron",
    "Parameter",
    "evaluate",
    "fit",
    "initializers",
    "losses",
    "optimizers",
]
