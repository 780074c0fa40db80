"""The server side: runs in MiniStack's own virtual environment and hooks MiniStack at its seams, one module each.

What all share is in this folder, the rest in a package for each subject. Every module that `__main__` names has
`install(settings)`, which changes MiniStack in place, and a contract test that fails when MiniStack changes underneath or
begins to do it itself.
"""
