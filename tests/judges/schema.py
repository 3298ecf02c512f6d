"""Do the JSON Schemas of kmsite hold for what kmsite reads? Asked of jsonschema, a validator that is not ours.

usage: schema.py KMSITE FOLDER

FOLDER is a site that builds without a finding: its `site.yaml` and the front matter of its Markdown files must be valid. Schemas must be
schemas themselves (draft 2020-12), and refuse what kmsite refuses.
"""

import json
import pathlib
import subprocess
import sys

import yaml
from jsonschema import Draft202012Validator


class Loader(yaml.SafeLoader):
    """YAML 1.2 has no dates: they are texts, as kmsite reads them."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def validator(kmsite, subject):
    schema = json.loads(subprocess.check_output([kmsite, "schema", subject]))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def main(kmsite, folder):
    site, front = validator(kmsite, "site"), validator(kmsite, "front-matter")
    root = pathlib.Path(folder)
    checked = [("site.yaml", site, (root / "site.yaml").read_text("utf-8"))]
    for path in sorted((root / "content").rglob("*.md")):
        text = path.read_text("utf-8")
        if text.startswith("---\n"):
            checked.append((path.relative_to(root), front, text[4:].split("\n---\n")[0]))
    faults = [
        f"{name}: {'.'.join(map(str, error.path))}: {error.message}"
        for name, schema, text in checked
        for error in schema.iter_errors(yaml.load(text, Loader))
    ]
    refused = [(site, {"titel": "x"}), (site, {"page_size": 0}), (front, {"order": "first"}), (front, {"drafts": True})]
    faults += [f"takes {value}" for schema, value in refused if schema.is_valid(value)]
    print(f"schemas: {len(checked)} files, {len(faults)} faults", *faults, sep="\n  ")
    return 1 if faults or len(checked) < 2 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
