"""Neurons and models on top of `autograd`, and how to train them.

>>> import nn
>>> model = nn.LogisticRegression(2)
>>> history = nn.fit(model, [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1], epochs=500, progress=False)
>>> model.predict([[0, 1], [1, 1]])
[0, 1]
"""

from nn import initializers, losses, metrics, optimizers, outputs, schedules
from nn.dropout import Dropout
from nn.early_stopping import EarlyStopping
from nn.history import History
from nn.layer import Layer
from nn.learning_rate_search import LearningRateSearch, search_learning_rate
from nn.linear_classifier import LinearClassifier
from nn.linear_regression import LinearRegression
from nn.logistic_regression import LogisticRegression
from nn.mlp import MLP
from nn.model import Model
from nn.module import Module, Parameter
from nn.multilabel_classifier import MultiLabelClassifier
from nn.neuron import Neuron
from nn.softmax_regression import SoftmaxRegression
from nn.training import evaluate, fit

__all__ = [
    "MLP",
    "Dropout",
    "EarlyStopping",
    "History",
    "Layer",
    "LearningRateSearch",
    "LinearClassifier",
    "LinearRegression",
    "LogisticRegression",
    "Model",
    "Module",
    "MultiLabelClassifier",
    "Neuron",
    "Parameter",
    "SoftmaxRegression",
    "evaluate",
    "fit",
    "initializers",
    "losses",
    "metrics",
    "optimizers",
    "outputs",
    "schedules",
    "search_learning_rate",
]
