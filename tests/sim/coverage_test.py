#!/usr/bin/env python3
"""A coverage counter at zero fails a run of the simulator, and only where that is the rule.

    tests/sim/coverage_test.py SITE_SIM
"""

import re
import subprocess
import sys
import unittest

SIM = sys.argv.pop(1)


def play(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run([SIM, *words], capture_output=True, text=True, timeout=100)


class Coverage(unittest.TestCase):
    def test_one_world_that_cannot_show_everything_fails_and_names_what_is_missing(self):
        end = play("1", "1", "--complete")
        self.assertIn(" 0 failed", end.stdout, "nothing but the counters may be at fault here")
        counters = dict(re.findall(r"(\w+)=(\d+)", end.stdout.split("sometimes:")[1]))
        zero = [name for name, times in counters.items() if times == "0"]
        self.assertTrue(zero and len(zero) < len(counters), counters)
        self.assertIn(f"never seen: {' '.join(zero)}\n", end.stdout)
        self.assertEqual(end.returncode, 1)

    def test_few_seeds_owe_nothing(self):
        end = play("1", "1")
        self.assertNotIn("never seen", end.stdout)
        self.assertEqual(end.returncode, 0, end.stdout)


if __name__ == "__main__":
    unittest.main()
