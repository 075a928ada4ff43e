# mutants_table.awk - SEARCHES MUTANT...: the table of docs/mutants.md.
# A line of SEARCHES: mNN random|explore what was found.

function finish() {
    if (number == "") {
        return
    }
    printf "| %s | %s | %s | %s | %s | %s | %s |\n", \
        number (also == "" ? "" : " (" also ")"), says, place, \
        tests, \
        scenarios == "" ? "–" : scenarios, \
        searched[number, "random"], searched[number, "explore"]
}

BEGIN {
    print "| # | The mistake | The paper | Unit tests | Scenarios |" \
        " Random search | Exhaustive search |"
    print "|---|---|---|---|---|---|---|"
}

FILENAME == ARGV[1] {
    what = $0
    sub(/^[^ ]+ +[^ ]+ +/, "", what)
    searched[$1, $2] = what
    next
}

FNR == 1 {
    finish()
    number = FILENAME
    sub(/.*\//, "", number)
    sub(/-.*/, "", number)
    says = place = also = tests = scenarios = ""
}

/^says: / { says = substr($0, 7) }
/^place: / { place = substr($0, 8) }
/^also: / { also = substr($0, 7) }

/^killed-by: / {
    for (i = 3; i <= NF; i++) {
        tests = tests (tests == "" ? "" : " ") "`" $i "`"
    }
}

/^shown-by: / && $2 != "none:" {
    for (i = 2; i <= NF; i++) {
        scenarios = scenarios (scenarios == "" ? "" : " ") \
            "[" $i "](../tests/scenarios/" $i ".raft)"
    }
}

END { finish() }
