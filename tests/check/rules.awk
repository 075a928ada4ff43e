# rules.awk - reads raft/rules.h, then code, tests and transcripts; prints the
# paper map, and with -v table=FILE writes where rules are carried out, as a C
# table for raftsim. On errors prints lines that begin with "rules: " and exits 1.

function complain(what)
{
    problems[++problem_count] = what
}

# Fig2:AE.5 -> fig2_ae5, D9.6:PV.2 -> d96_pv2
function test_prefix(place)
{
    place = tolower(place)
    gsub(/\./, "", place)
    sub(/:/, "_", place)
    return place "_"
}

# The first two places are enough to begin reading.
function add_site(tag, what, where)
{
    sub(/\(\)$/, "", what)
    if (++site_count[tag] <= 2) {
        sites[tag] = sites[tag] (site_count[tag] > 1 ? ",\n" : "") \
            "        {\"" what "\", \"" where "\"}"
    }
}

function found(tag, what, where,    link)
{
    link = "`" what "` in [" where "](../" where ")"
    if (index(code[tag], link) == 0) {
        code[tag] = code[tag] "- code: " link "\n"
        add_site(tag, what, where)
    }
}

FNR == 1 {
    function_name = ""
    is_test = FILENAME ~ /^tests\/unit\//
    is_scenario = FILENAME ~ /\.golden$/
    pending = ""
}

BEGIN {
    places = "(Fig[0-9]+|Sec[0-9]+|D[0-9]+\\.[0-9]+):[A-Z]+(\\.[0-9]+[a-z]?)?"
}

# The list itself.
FILENAME == "raft/rules.h" {
    if ($0 ~ /^  X\(/) {
        split($0, part, /"/)
        tag = part[1]
        sub(/^  X\(/, "", tag)
        sub(/,.*/, "", tag)
        kind_word = part[3]
        gsub(/[ ,]/, "", kind_word)
        order[++count] = tag
        place[tag] = part[2]
        by_place[part[2]] = tag
        family = part[2]
        sub(/\..*/, "", family)
        if (family != part[2]) {
            families[family] = 1
        }
        kind[tag] = kind_word
        says[tag] = part[4]
        prefix[tag] = test_prefix(part[2])
    }
    next
}

# A transcript shows the rules as they are carried out, "Fig2:CM.1-" when a
# guard declined.
is_scenario {
    line = $0
    while (match(line, places)) {
        name = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        if ((name in by_place) && !((name, FILENAME) in seen)) {
            seen[name, FILENAME] = 1
            tag = by_place[name]
            scenario = FILENAME
            sub(/.*\//, "", scenario)
            sub(/\..*/, "", scenario)
            scenario_count[tag]++
            scenarios[tag] = scenarios[tag] \
                (scenarios[tag] == "" ? "" : ",\n  ") scenario
        }
    }
    next
}

is_test {
    if ($0 ~ /^(static void )?[a-z0-9_]+\((void \*\*state\)|$)/) {
        name = $0
        sub(/^static void /, "", name)
        sub(/\(.*/, "", name)
        for (i = 1; i <= count; i++) {
            tag = order[i]
            if (index(name, prefix[tag]) == 1) {
                if (index(tests[tag], "[" FILENAME "]") == 0) {
                    tests[tag] = tests[tag] (tests[tag] == "" ? "" : "\n") \
                        "- tests in [" FILENAME "](../" FILENAME "):"
                }
                tests[tag] = tests[tag] "\n  `" name "`"
            }
        }
    }
    next
}

# The function we are in: its name stands before the first parenthesis of a
# line that begins in the first column.
/^[a-z_].*\(/ {
    function_name = $0
    sub(/\(.*/, "", function_name)
    sub(/.*[ *]/, "", function_name)
}

# rule(out, TAG) and rule_if(out, TAG, ...), also broken after the parenthesis.
FILENAME ~ /\.c$/ {
    line = pending $0
    pending = ""
    if (line ~ /rule(_if)?\($/ || line ~ /rule(_if)?\([a-z_>-]*, *$/) {
        pending = line
    }
    gsub(/\( +/, "(", line)
    while (match(line, /(^|[^a-z_])rule(_if)?\([^,()]*, *[A-Z][A-Z0-9_]*/)) {
        tag = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        sub(/.*, */, "", tag)
        if (!(tag in place)) {
            complain(FILENAME ":" FNR ": unknown rule " tag)
        } else if (kind[tag] == "PROPERTY") {
            complain(FILENAME ":" FNR ": " tag " is a property: check it, " \
                "beside a comment " place[tag])
        } else {
            found(tag, function_name "()", FILENAME)
        }
    }
}

# Places named in comments: known ones only; a property's check is its code.
{
    line = $0
    while (match(line, places)) {
        name = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        if (name in families) {
            continue # "Fig2:PS": all rules of that box
        }
        if (!(name in by_place)) {
            complain(FILENAME ":" FNR ": unknown rule " name)
        } else if (kind[by_place[name]] == "PROPERTY" && FILENAME ~ /\.c$/ &&
                   function_name != "") {
            found(by_place[name], function_name "()", FILENAME)
        }
    }
}

# What nearly every scenario shows needs no list.
function shown_in(tag)
{
    if (scenario_count[tag] == 0) return ""
    if (scenario_count[tag] > 8) {
        return "- shown in " scenario_count[tag] " scenarios\n"
    }
    return "- shown in scenarios " scenarios[tag] "\n"
}

function heading(group)
{
    if (group == "Fig2") return "Figure 2, the condensed summary"
    if (group == "Fig3") return "Figure 3, what must always hold"
    if (group ~ /^Fig/) return "Figure " substr(group, 4)
    if (group ~ /^Sec[0-9]$/) return "Section " substr(group, 4)
    if (group ~ /^Sec/) {
        sub(/^Sec/, "", group)
        gsub(/[0-9]/, "&.", group)
        sub(/\.$/, "", group)
        return "Section " group
    }
    return "Dissertation, section " substr(group, 2)
}

function print_table(    i)
{
    print "/* SPDX-License-Identifier: MIT\n *" > table
    print " * rule_sites.c - made by `make rules`: the code that carries" \
        " out each rule.\n */" > table
    print "#include \"cmd/raftsim/screen/rule_sites.h\"\n" > table
    print "/* clang-format off */" > table
    print "const struct rule_site\n    rule_sites[RAFT_RULE_COUNT]" \
        "[RULE_MAX_SITES] = {" > table
    for (i = 1; i <= count; i++) {
        print "    [" order[i] "] = {\n" sites[order[i]] "}," > table
    }
    print "};\n/* clang-format on */" > table
    close(table)
}

END {
    for (i = 1; i <= count; i++) {
        tag = order[i]
        if (code[tag] == "") {
            complain(place[tag] " has no code: " \
                (kind[tag] == "PROPERTY" ? "a comment " place[tag] \
                                         : "rule(out, " tag ")"))
        }
        if (tests[tag] == "") {
            complain(place[tag] " has no test named " prefix[tag] "...")
        }
    }
    if (count == 0) {
        complain("no rules found in raft/rules.h")
    }
    for (i = 1; i <= problem_count; i++) {
        print "rules: " problems[i]
    }
    if (problem_count > 0) {
        exit 1
    }
    if (table != "") {
        print_table()
    }

    print "# The paper, rule by rule\n"
    print "Made by `make rules` from [raft/rules.h](../raft/rules.h), the" \
        " code and the tests;\n`make test` fails when it is stale. To stop" \
        " at a rule in gdb:\n`break rule_event if t == AE_3`. A guard is tested" \
        " both ways: taken and declined."
    for (i = 1; i <= count; i++) {
        tag = order[i]
        group = place[tag]
        sub(/:.*/, "", group)
        if (group != last_group) {
            print "\n## " heading(group)
            last_group = group
        }
        printf "\n### %s\n%s%s\n\n%s%s%s", place[tag], says[tag], \
            kind[tag] == "GUARD" ? " (guard)" : "", code[tag], \
            tests[tag] "\n", shown_in(tag)
    }
}
