# SPDX-License-Identifier: BSD-2-Clause
"""What the lints share: the tree to look at, and the proof that a lint can fail."""
import os
import shutil
import sys
import tempfile

SOURCE = os.path.abspath(os.environ.get("srcdir", "."))
SKIPPED = 77


def files(root, *suffixes, under="src"):
    """Paths relative to `root`, sorted, of the files below `under` that end in one of `suffixes`."""
    found = []
    for directory, _, names in os.walk(os.path.join(root, under)):
        found += [os.path.relpath(os.path.join(directory, name), root) for name in names if name.endswith(suffixes)]
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def plant(root, path, text):
    os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
    with open(os.path.join(root, path), "w", encoding="utf-8") as file:
        file.write(text)


def main(lint, planted):
    """`lint(root)` returns findings, one line each.  `planted` names texts of violations by path: with each of them
    alone in a copy of the tree, the lint has to find something in just that file."""
    findings = lint(SOURCE)
    for path, text in planted:
        with tempfile.TemporaryDirectory() as copy:
            shutil.copytree(os.path.join(SOURCE, "src"), os.path.join(copy, "src"))
            for directory, _, _ in os.walk(copy):
                os.chmod(directory, 0o755)  # distcheck's source tree is read-only
            plant(copy, path, text)
            if not any(finding.startswith(path) for finding in lint(copy)):
                findings.append(f"this lint is blind: it does not see {text!r} in {path}")
    print("\n".join(findings) or "clean")
    return 1 if findings else 0


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)
