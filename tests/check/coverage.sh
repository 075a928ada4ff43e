#!/bin/sh
# coverage.sh - adds up <program>.rules files: was every rule exercised, and
# every guard both taken and declined? The list is raft/rules.h.
#   coverage.sh directory
set -eu

find "$1" -name "*.rules" -exec cat {} + | awk -v rules=raft/rules.h '
FILENAME == rules {
    if (match($0, /^  X\(/)) {
        split($0, part, /[(,] *"?/)
        sub(/".*/, "", part[3])
        order[++count] = part[2]
        place[part[2]] = part[3]
        kind[part[2]] = part[4]
    }
    next
}
{
    taken[$1] += $2
    declined[$1] += $3
}
END {
    for (i = 1; i <= count; i++) {
        tag = order[i]
        lack = ""
        if (taken[tag] == 0) {
            lack = kind[tag] == "GUARD" ? "never taken" : "never exercised"
        } else if (kind[tag] == "GUARD" && declined[tag] == 0) {
            lack = "never declined"
        }
        if (lack == "") {
            exercised++
        } else {
            printf "  %-12s %s\n", place[tag], lack
        }
    }
    printf "paper rules exercised: %d/%d\n", exercised, count
    exit count == 0 || exercised != count
}' raft/rules.h -
