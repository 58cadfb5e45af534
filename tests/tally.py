#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tally.py -- counts test cases, and prints what failing ones said.

    tally.py TESTLOG.JSON                 the log that `meson test` wrote
    tally.py --plain FILE NAME STATUS     what one program wrote, and its exit status

A program's cases are those that it reports itself: Check's summary line ("100%: Checks: 12, Failures: 0, Errors: 0"), or
lines that begin with `ok ` and `not ok `. A program of meson's that reports none is one case, by its exit status; to have
made no check, to have been skipped, or to have told of no case where that is how it reports, is a failure: nothing was
proved. One that reports no failure but ends with one counts as one failure more. The two figures, passed and failed, go to
descriptor 3.
"""
import json
import os
import re
import sys

CHECK = re.compile(r"^\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)", re.M)
CASE = re.compile(r"^(not ok|ok)\b", re.M)


def cases(text, good):
    """How many passed and failed, of what one program said and whether its exit status was good."""
    passed = failed = 0
    for checks, failures, errors in CHECK.findall(text):
        if int(checks) == 0:
            failed += 1
        bad = int(failures) + int(errors)
        passed += int(checks) - bad
        failed += bad
    for verdict in CASE.findall(text):
        passed += verdict == "ok"
        failed += verdict == "not ok"
    if passed + failed == 0:
        passed = int(good)
    if not good and failed == 0:
        failed = 1
    return passed, failed


def of_meson(path):
    passed = failed = 0
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            test = json.loads(line)
            name = test["name"].split(" / ")[-1].split(":")[-1]
            text = test.get("stdout", "") + test.get("stderr", "")
            good = test["result"] in ("OK", "EXPECTEDFAIL")
            p, f = cases(text, good)
            passed, failed = passed + p, failed + f
            if f:
                print(f"not ok {name} ({test['result'].lower()})")
                print(text.rstrip())
            else:
                print(f"ok {name} ({p})")
    return passed, failed


def of_program(path, name, status):
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    p, f = cases(text, status == "0")
    print(text.rstrip())
    if not CASE.search(text):
        print(f"({name} told of no test)")
        p, f = 0, 1
    if status != "0":
        print(f"({name} ended with status {status})")
    return p, f


def main():
    if sys.argv[1] == "--plain":
        passed, failed = of_program(*sys.argv[2:5])
    else:
        passed, failed = of_meson(sys.argv[1])
    sys.stdout.flush()
    os.write(3, f"{passed} {failed}\n".encode())


main()
