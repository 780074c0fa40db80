"""Metric math, as far as alarms here need it: arithmetic, comparisons, IF, FILL, ABS and ANOMALY_DETECTION_BAND.

An expression is evaluated period by period. A period in which one of its metrics has no data, or by zero is divided, has
no value. The functions are those of "Using math expressions with CloudWatch metrics" in CloudWatch's user guide.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

Value = float | None
Values = Mapping[str, Value]
"""What each query has in one period, by its id."""

ARITHMETIC: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
COMPARISONS: dict[type, Callable[[float, float], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
BAND = "ANOMALY_DETECTION_BAND"


class UnknownExpressionError(ValueError):
    """An expression that is wrong, or asks for what is not embedded."""


def parsed(expression: str) -> ast.expr:
    """Raises UnknownExpressionError."""
    try:
        return ast.parse(expression.strip(), mode="eval").body
    except SyntaxError as error:
        raise UnknownExpressionError(f"{expression}: {error.msg}") from error


def band_of(expression: str) -> tuple[str, float] | None:
    """The query around which a band lies, and its half width in standard deviations; None: it is no band."""
    node = parsed(expression)
    if not (isinstance(node, ast.Call) and name_of(node) == BAND):
        return None
    match node.args:
        case [ast.Name(id=query)]:
            return query, 2.0
        case [ast.Name(id=query), ast.Constant(value=int() | float() as width)]:
            return query, float(width)
    raise UnknownExpressionError(f"{expression}: a band takes an id and a number")


def ids_of(expression: str) -> set[str]:
    """The ids of the queries that an expression names."""
    node = parsed(expression)
    functions = {id(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and id(name) not in functions}


def evaluated(expression: str, values: Values) -> Value:
    """What an expression comes to in one period. Raises UnknownExpressionError."""
    return _value(parsed(expression), values)


def _value(node: ast.expr, values: Values) -> Value:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            if name not in values:
                raise UnknownExpressionError(f"no query has the id {name}")
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            found = _value(operand, values)
            return None if found is None else -found
        case ast.BinOp(left=left, op=how, right=right) if type(how) in ARITHMETIC:
            return _combined(ARITHMETIC[type(how)], _value(left, values), _value(right, values))
        case ast.Compare(left=left, ops=[how], comparators=[right]) if type(how) in COMPARISONS:
            return _combined(COMPARISONS[type(how)], _value(left, values), _value(right, values))
        case ast.Call():
            return _called(name_of(node), node.args, values)
    raise UnknownExpressionError(f"{ast.unparse(node)} is not embedded")


def _combined(how: Callable[[float, float], Any], left: Value, right: Value) -> Value:
    if left is None or right is None:
        return None
    try:
        return float(how(left, right))
    except ZeroDivisionError:
        return None


def _called(name: str, arguments: list[ast.expr], values: Values) -> Value:
    match name, arguments:
        case "IF", [condition, then, otherwise]:
            decided = _value(condition, values)
            return None if decided is None else _value(then if decided else otherwise, values)
        case "FILL", [series, filler]:
            found = _value(series, values)
            return _value(filler, values) if found is None else found
        case "ABS", [series]:
            found = _value(series, values)
            return None if found is None else abs(found)
    raise UnknownExpressionError(f"{name} with {len(arguments)} arguments is not embedded")


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""
