# mutants_check.awk - MUTANT... then tests/unit/*.c: is each mutant complete, and
# are its tests there? A line for each fault; exit 1 when there is one.

function bad(text) {
    print "mutants: " text > "/dev/stderr"
    status = 1
}

function finish(    i) {
    for (i = 1; mutant != "" && i <= field_count; i++) {
        if (!(fields[i] in has)) {
            bad(mutant " has no " fields[i])
        }
    }
    split("", has)
}

BEGIN {
    field_count = split("says place seen file find replace killed-by " \
        "shown-by hint answer", fields, " ")
    for (i = 1; i <= field_count; i++) {
        known[fields[i]] = 1
    }
    known["also"] = known["world"] = 1
}

FNR == 1 && FILENAME ~ /\.mut$/ {
    finish()
    mutant = FILENAME
    number = mutant
    sub(/.*\//, "", number)
    sub(/-.*/, "", number)
    if (number in numbered) {
        bad(mutant " has the number of " numbered[number])
    }
    numbered[number] = mutant
}

FILENAME ~ /\.mut$/ {
    name = $0
    if (!sub(/: .*/, "", name) || !(name in known)) {
        bad(mutant " has a line that is no field: " $0)
    }
    has[name] = 1
    if (name == "killed-by") {
        if (NF < 3) {
            bad(mutant " names no test of " $2)
        }
        for (i = 3; i <= NF; i++) {
            asked[$2, $i] = mutant
        }
    }
    if (name == "shown-by" && $2 != "none:") {
        for (i = 2; i <= NF; i++) {
            path = "tests/scenarios/" $i ".raft"
            if ((getline line < path) <= 0) {
                bad(mutant ": there is no " path)
            }
            close(path)
        }
    }
    next
}

FNR == 1 {
    finish()
    mutant = ""
    program = FILENAME
    sub(/.*\//, "", program)
    sub(/\.c$/, "", program)
}

/^static void [a-z0-9_]+\(void \*\*state\)/ {
    name = $3
    sub(/\(.*/, "", name)
    delete asked[program, name]
}

END {
    for (key in asked) {
        split(key, part, SUBSEP)
        bad(asked[key] ": there is no test " part[2] " in tests/unit/" \
            part[1] ".c")
    }
    exit status
}
