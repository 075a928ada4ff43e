# force_table.awk - what force_rules.sh found, a rule a line (Markdown). Reads
# raft/rules.h, the changes that are explained, and the results, a line each:
# site, tag, key, verdict, test. Exits 1 when something survived for no reason
# given, or when a reason is given for what does not survive.

FILENAME == "raft/rules.h" {
    split($0, part, /"/)
    if (/^  X\(/) {
        tag = part[1]
        sub(/^  X\(/, "", tag)
        sub(/,.*/, "", tag)
        order[++count] = tag
        place[tag] = part[2]
    }
    next
}

FILENAME == explained {
    if (!/^#/ && NF > 1) {
        key = $1
        sub(/^[^ ]+ +/, "")
        why[key] = $0
    }
    next
}

{
    tag = $2
    changes[tag]++
    if (!((tag, $1) in seen)) {
        seen[tag, $1] = 1
        sites[tag]++
    }
    if ($4 == "own") {
        own[tag]++
        if ($3 in why) {
            problems[++problem_count] = $3 ": explained, but " $5 " fails"
        }
    } else if ($3 in why) {
        reasons[++reason_count] = $3
        unseen[tag]++
    } else {
        verdict = $4
        sub(/^none$/, "nothing fails", verdict)
        sub(/^other$/, "no test of the rule fails, but", verdict)
        sub(/^slow$/, "takes too long:", verdict)
        problems[++problem_count] = $1 " " $3 ": " verdict " " $5 " " $6
    }
}

END {
    print "| Rule | Sites | Changes | Seen by a test of the rule | Nothing" \
        " to see |"
    print "|---|--:|--:|--:|--:|"
    for (i = 1; i <= count; i++) {
        tag = order[i]
        if (changes[tag] > 0) {
            printf "| %s | %d | %d | %d | %s |\n", place[tag], sites[tag], \
                changes[tag], own[tag], unseen[tag]
            all_sites += sites[tag]
            all_changes += changes[tag]
            all_own += own[tag]
        }
    }
    printf "| all | %d | %d | %d | %d |\n", all_sites, all_changes, all_own, \
        reason_count
    if (reason_count > 0) print ""
    for (i = 1; i <= reason_count; i++) {
        print "- `" reasons[i] "`: " why[reasons[i]]
    }
    for (i = 1; i <= problem_count; i++) {
        print "force_rules: " problems[i] > "/dev/stderr"
    }
    exit problem_count > 0
}
