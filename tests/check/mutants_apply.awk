# mutants_apply.awk - MUTANT SOURCE: the source with each line of a "find:"
# replaced by the lines of "replace:" that follow it. Each must match one whole
# line.
FNR == NR {
    if (index($0, "find: ") == 1) {
        count++
        find[count] = substr($0, 7)
    } else if (index($0, "replace: ") == 1) {
        if (count in with) {
            with[count] = with[count] "\n" substr($0, 10)
        } else {
            with[count] = substr($0, 10)
        }
    }
    next
}

{
    line = $0
    for (i = 1; i <= count; i++) {
        if ($0 == find[i]) {
            line = with[i]
            matched[i]++
        }
    }
    print line
}

END {
    for (i = 1; i <= count; i++) {
        if (matched[i] != 1 || !(i in with)) {
            printf "%d lines of %s are \"%s\"\n", matched[i], FILENAME, \
                find[i] > "/dev/stderr"
            exit 1
        }
    }
    if (count == 0) {
        print "nothing to find" > "/dev/stderr"
        exit 1
    }
}
