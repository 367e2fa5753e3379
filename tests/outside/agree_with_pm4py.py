"""Whether pm4py finds in the event log what the report says; run by an interpreter that has pm4py.

It imports nothing of the product: `python agree_with_pm4py.py FOLDER`, where `make_log` wrote
`log.xes`, `log.jsonocel` and `report.json`. Exit 1 when anything differs.
"""

import json
import sys
from collections import Counter
from pathlib import Path

import pm4py
from pm4py.objects.conversion.log import converter
from pm4py.objects.log.util import interval_lifecycle

ACTIVITY, CASE = "ksdd:element", "case:concept:name"
SECONDS = 86_400


def say(line):
    """One line of the result."""
    sys.stdout.write(f"{line}\n")


def main(folder):
    """Compare, print one line for each task, and say whether all agree."""
    told = json.loads((folder / "report.json").read_text("utf-8"))
    frame = pm4py.read_xes(str(folder / "log.xes"))
    frame["house"] = frame[ACTIVITY] + "@" + frame["org:group"]
    found = {"cases": frame[CASE].nunique(), "kinds": kinds(frame)}
    differing = [] if found["cases"] == told["cases"] else ["cases"]
    say(f"{'task':24} {'count':>6} {'median days':>12} {'again':>6} {'open':>5} {'in time':>8}")
    for element, line in sorted(told["kinds"].items()):
        again = found["kinds"].get(element)
        same = again is not None and all(abs(again[name] - line[name]) < 1e-6 for name in line)
        differing += [] if same else [element]
        say(
            f"{element:24} {again['count']:6} {again['calendar_days']:12.4f} {again['returns']:6} "
            f"{again['open']:5} {again['on_time']:8} {'agrees' if same else f'DIFFERS: {line}'}"
        )
    objects = pm4py.read_ocel2_json(str(folder / "log.jsonocel"))
    types = Counter(objects.objects[objects.object_type_column])
    events = len(frame) + types["case"] + types["agreement"]
    read = len(objects.events)
    differing += [] if (types["case"], read) == (found["cases"], events) else ["ocel"]
    say(f"{found['cases']} cases, {len(frame)} events; objects {dict(types)}, {read} events")
    say("all agree" if not differing else f"differs: {', '.join(differing)}")
    return int(bool(differing))


def kinds(frame):
    """Figures per element as pm4py finds them."""
    log = converter.apply(frame, variant=converter.Variants.TO_EVENT_LOG)
    spans = interval_lifecycle.to_interval(log, parameters={"pm4py:param:activity_key": ACTIVITY})
    done = pm4py.convert_to_dataframe(spans)
    starts = frame[frame["lifecycle:transition"] == "start"]
    counts = pm4py.get_event_attribute_values(done, ACTIVITY)
    opened = pm4py.get_event_attribute_values(starts, ACTIVITY)
    aborted = frame[frame["lifecycle:transition"] == "ate_abort"].groupby(ACTIVITY).size()
    every = pm4py.get_event_attribute_values(starts, "house")
    once = pm4py.get_event_attribute_values(starts, "house", count_once_per_case=True)
    middles = done.groupby(ACTIVITY)["@@duration"].median()
    in_time = done[done["time:timestamp"] <= done["ksdd:due"]].groupby(ACTIVITY).size()
    return {
        element: {
            "count": int(counts.get(element, 0)),
            "calendar_days": middles[element] / SECONDS,
            "returns": sum(
                int(every[house] - once[house]) for house in every if house.split("@")[0] == element
            ),
            "open": int(opened[element] - counts.get(element, 0) - aborted.get(element, 0)),
            "cancelled": int(aborted.get(element, 0)),
            "on_time": int(in_time.get(element, 0)),
        }
        for element in opened
    }


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
