# docs.awk - holds documents against facts: docs.sh says what is checked.
# The first file has the facts, one a line; all others are documents.

function problem(what) {
    print where ": " what
    problems++
}

function is_path(word,    i, pattern) {
    sub(/\/$/, "", word)
    if (word in path) {
        return 1
    }
    if (word !~ /\*/) {
        return 0
    }
    pattern = word
    gsub(/\./, "\\.", pattern)
    gsub(/\*/, "[^/]*", pattern)
    for (i in path) {
        if (i ~ "^" pattern "$") {
            return 1
        }
    }
    return 0
}

# Of a folder we have; a file in build/ is not there yet.
function check_path(word,    first) {
    first = word
    sub(/\/.*/, "", first)
    if (word ~ /\// && (first in path) && !is_path(word)) {
        problem(word " does not exist")
    } else if (word !~ /[\/*]/ && !(word in file) &&
               word ~ /[a-z0-9]\.(c|h|sh|awk|mk|gdb|raft|golden|mut|md)$/) {
        problem("no file is called " word)
    }
}

function check_name(word) {
    if (word in system_) {
        return
    }
    if (word ~ /\(\)$/) {
        if (!(substr(word, 1, length(word) - 2) in defined)) {
            problem(word " is not defined anywhere")
        }
    } else if (word ~ /^(fig|c)[0-9][a-z0-9]*-[a-z0-9-]+$/) {
        if (!("tests/scenarios/" word ".raft" in path)) {
            problem("no scenario is called " word)
        }
    } else if (word ~ /^[a-z][a-z0-9]*([_-][a-z0-9]+)+$/ && !(word in known) &&
               !("tests/scenarios/" word ".raft" in path)) {
        problem("nothing is called " word)
    }
}

# A command, or part of one: make targets, and options of raftsim.
function check_command(text,    n, i, words, program) {
    n = split(text, words, " ")
    for (i = 1; i <= n && words[i] ~ /^[A-Z_]+=/; i++) {
    }
    program = words[i++]
    sub(/.*\//, "", program)
    if (program != "make" && program != "raftsim") {
        return
    }
    for (; i <= n; i++) {
        if (program == "make" && words[i] ~ /^[a-z][a-z0-9-]*$/ &&
            !(words[i] in target)) {
            problem("make has no target " words[i])
        }
        if (program == "raftsim" && words[i] ~ /^--/) {
            sub(/=.*/, "", words[i])
            if (!(words[i] in raftsim)) {
                problem("raftsim has no option " words[i])
            }
        }
    }
}

# What stands between two backticks, or on an indented line.
function check_code(text,    n, i, words) {
    check_command(text)
    n = split(text, words, " ")
    for (i = 1; i <= n; i++) {
        sub(/[,;:.]+$/, "", words[i])
        sub(/:[0-9]+$/, "", words[i])
        if (words[i] !~ /[{}<>$"…]/) {
            check_path(words[i])
        }
    }
    if (n == 1) {
        check_name(words[1])
        if (words[1] ~ /^--[a-z]/ && !(words[1] in option)) {
            problem("no program has the option " words[1])
        }
    }
}

# "`f()` in `file`": there, and not elsewhere.
function check_pair(name, between, where) {
    if (name ~ /^[a-z_0-9]+\(\)$/ && between ~ /^ in $/ &&
        where ~ /^[a-z].*\/[a-z_0-9.]+$/ &&
        !((substr(name, 1, length(name) - 2), where) in defined_in)) {
        problem(name " is not in " where)
    }
}

function check_links(text,    target_of) {
    while (match(text, /\]\([^)]*\)/)) {
        target_of = substr(text, RSTART + 2, RLENGTH - 3)
        text = substr(text, RSTART + RLENGTH)
        sub(/#.*/, "", target_of)
        if (target_of == "" || target_of ~ /^[a-z]+:/) {
            continue
        }
        if (where ~ /^docs\// && !sub(/^\.\.\//, "", target_of)) {
            target_of = "docs/" target_of
        }
        if (!is_path(target_of)) {
            problem("the link to " target_of " leads nowhere")
        }
    }
}

# A paragraph: code may go on from line to line.
function check_paragraph(    n, i, parts, now) {
    now = where
    where = paragraph_at
    n = split(paragraph, parts, "`")
    for (i = 2; i <= n; i += 2) {
        check_code(parts[i])
        if (i >= 4) {
            check_pair(parts[i - 2], parts[i - 1], parts[i])
        }
    }
    check_links(paragraph)
    paragraph = ""
    where = now
}

BEGIN {
    # Not ours: of the system.
    n = split("select() poll() fsync() fdatasync() rename() getrandom() " \
        "malloc() rand()", names, " ")
    for (i = 1; i <= n; i++) {
        system_[names[i]] = 1
    }
}

FNR == NR && $1 == "path" {
    path[$2] = 1
    sub(/.*\//, "", $2)
    file[$2] = 1
    next
}
FNR == NR && $1 == "function" {
    defined[$2] = 1
    defined_in[$2, $3] = 1
    next
}
FNR == NR && $1 == "word" { known[$2] = 1; next }
FNR == NR && $1 == "target" { target[$2] = 1; known[$2] = 1; next }
FNR == NR && $1 == "raftsim" { raftsim[$2] = 1; option[$2] = 1; next }
FNR == NR && $1 == "option" { option[$2] = 1; next }
FNR == NR { next }

FNR == 1 { check_paragraph(); fenced = 0 }
{ where = FILENAME ":" FNR }
/^```/ { check_paragraph(); fenced = !fenced; next }
fenced || (/^    / && paragraph == "") {
    line = $0
    sub(/^ +/, "", line)
    sub(/  .*/, "", line) # what is said of it
    sub(/ # .*/, "", line)
    check_code(line)
    next
}
/^[ \t]*$/ { check_paragraph(); next }
/^(- |\* |[0-9]+\. |#|\|)/ { check_paragraph() }
paragraph == "" { paragraph_at = where }
{ sub(/^ +/, ""); paragraph = paragraph (paragraph == "" ? "" : " ") $0 }

END {
    check_paragraph()
    if (problems > 0) {
        print "check-docs: " problems " things are named that are not there"
        exit 1
    }
    print "check-docs: everything that the documents name is there"
}
