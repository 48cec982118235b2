"""A random walk of one user through a chain of steps, against a plain model."""

import hypothesis.strategies as st
import pytest
from core_toys import Answer, Toy
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from nuwidgets.core.job import State

WHICH, VALUE = st.integers(0, 2), st.integers(1, 4)


def solve(ask, above, token):
    """Fail for 4."""
    if ask.a == 4:
        raise ValueError("four")
    return Answer(ask, above)


class Walk(RuleBasedStateMachine):
    """What is fresh is what was answered and not changed since."""

    def __init__(self):
        super().__init__()
        top = Toy(solve)
        mid = Toy(solve, top)
        self.steps = [top, mid, Toy(solve, mid)]

    def teardown(self):
        self.steps[0].door.close()

    @rule(which=WHICH, value=VALUE)
    def change(self, which, value):
        self.steps[which].a = value

    @rule(which=WHICH)
    def run(self, which):
        step, wanted = self.steps[which], [s.a for s in self.steps[: which + 1]]
        if 4 in wanted:
            with pytest.raises(ValueError, match="four"):
                step.run()
            assert step.state is State.FAILED
        else:
            assert step.run().ask == step.request()
            assert all(s.state is State.FRESH for s in self.steps[: which + 1])

    @rule(which=WHICH)
    def cancel(self, which):
        assert not self.steps[which].cancel()

    @invariant()
    def states_are_true(self):
        for n, step in enumerate(self.steps):
            match = step.product is not None and step.product.ask == step.request()
            above = n == 0 or self.steps[n - 1].state is State.FRESH
            assert (step.state is State.FRESH) == (match and above)
            assert (step.state is State.EMPTY) <= (step.product is None)
            assert (step.error is not None) == (step.state is State.FAILED)


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
