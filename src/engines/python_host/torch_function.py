# SPDX-License-Identifier: MIT
"""The function that write_torchscript makes, as Python runs it. Python keeps what a local name stands for
until the function returns; TorchScript, and a module written by hand, only until its last use."""
import ast


def freeing(source):
    """The syntax tree of the source, one function of plain statements, which deletes each name after its last use."""
    tree = ast.parse(source)
    function = tree.body[0]
    made = {name.id for name in ast.walk(function) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
    needed, backwards = set(), []
    for statement in reversed(function.body):
        used = {name.id for name in ast.walk(statement) if isinstance(name, ast.Name)} & made
        last = sorted(used - needed)
        if last and not isinstance(statement, ast.Return):
            backwards.append(ast.Delete([ast.Name(name, ast.Del()) for name in last]))
        backwards.append(statement)
        needed |= used
    function.body = backwards[::-1]
    return ast.fix_missing_locations(tree)
