"""The server side: runs in MiniStack's own virtual environment and hooks MiniStack at its seams, one module each.

Every module here has `install(settings)`, which changes MiniStack in place, and a contract test that fails when MiniStack
changes underneath or begins to do it itself.
"""
