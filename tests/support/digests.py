"""Digests of all that a program has computed, by which two runs of it are compared bit by bit."""

from __future__ import annotations

import os
import tempfile

from tests.support.engine import PRELUDE, loaded

DIGEST = """
def _digest():
    import hashlib, random
    whole = hashlib.sha256()
    def add(obj, depth=0):
        if isinstance(obj, torch.Tensor) and not obj.is_meta:
            whole.update(obj.detach().contiguous().numpy().tobytes())
            if obj.is_leaf and obj.grad is not None:
                whole.update(obj.grad.contiguous().numpy().tobytes())
        elif isinstance(obj, nn.Module):
            for tensor in [*obj.parameters(), *obj.buffers()]:
                add(tensor)
            whole.update(bytes(part.training for part in obj.modules()))
        elif isinstance(obj, optim.Optimizer):
            add(list(obj.state.values()))
        elif isinstance(obj, (list, tuple)) and depth < 2:
            for each in obj:
                add(each, depth + 1)
        elif isinstance(obj, dict) and depth < 2:
            for each in obj.values():
                add(each, depth + 1)
        elif isinstance(obj, (int, float, np.ndarray, np.generic)):
            whole.update(repr(obj).encode())
        elif type(obj).__module__ == "__main__" and depth < 2:
            add(vars(obj), depth + 1)
    for name, obj in sorted(globals().items()):
        if not name.startswith("_"):
            add(obj)
    whole.update(torch.get_rng_state().numpy().tobytes())
    whole.update(repr(random.getstate()).encode() + repr(np.random.get_state()).encode())
    return whole.hexdigest()
print("digest", _digest())
"""
"""Prints a digest of all numbers of the program, of its gradients, modes and optimizers, and of the
states of generators."""


def digest_in(output: str) -> str:
    """Return the digest that a program with `DIGEST` at its end has printed."""
    return output.rpartition("digest ")[2].strip()


def unhooked_digest(source: str) -> str:
    """Return the digest of the program in a fork of this process in which nothing records."""
    loaded()
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if child == 0:
            try:
                from tutor.worker.global_state import seed_everything

                os.dup2(output.fileno(), 1)
                seed_everything(0)
                names: dict[str, object] = {"__name__": "__main__"}
                exec(compile(PRELUDE + source, "plain.py", "exec"), names)
                digest = str(names["_digest"]())  # type: ignore[operator] # it is defined there
                os.write(output.fileno(), f"digest {digest}".encode())
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        output.seek(0)
        return digest_in(output.read().decode())
