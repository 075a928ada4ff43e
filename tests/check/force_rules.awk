# force_rules.awk - finds every rule(out, TAG) and rule_if(out, TAG, ...) of one
# C file, or prints the file with one of them changed.
#   awk -f force_rules.awk -v mode=list FILE    a line a variant:
#       site (file:line), number in the file, tag, variant, key
#   awk -f force_rules.awk -v number=N -v variant=V FILE
#
# Variants: a guard is forced, and still records what was true:
#   true, false   rule_if(...)  becomes  (rule_if(...), true)
# After a rule the statement that follows it is deleted, which is
#   - up to its `;`, or an if, for, while with all that belongs to it;
#   - where the rule is the last in its block and the function goes on behind
#     that block: all of that, by a `return;` after the rule;
#   - where the function ends there too: the statement that has the block, for
#     then the rule reports what stands before it.
#   delete
# Of a rule that has more to do, each further statement up to the end of its
# block goes by itself, save a return or an assert:
#   delete2, delete3...
# Comments, strings and characters are not looked at; lines keep their numbers.
# The key, file:function:TAG:variant, does not move with the lines. A second
# site of a rule in one function is TAG#2.

function broken(what)
{
    print "force_rules: " FILENAME ": " what > "/dev/stderr"
    failed = 1
    exit 1
}

function at(p)
{
    return substr(code, p, 1)
}

# The file with blanks for comments, strings and characters.
function blank_out(text,    p, c, two, n, result, inside)
{
    n = length(text)
    for (p = 1; p <= n; p++) {
        c = substr(text, p, 1)
        two = substr(text, p, 2)
        if (c == "\n") {
            if (inside == "//") inside = ""
            result = result c
        } else if (inside == "/*" && two == "*/") {
            result = result "  "
            p++
            inside = ""
        } else if (inside == "" && (two == "/*" || two == "//")) {
            result = result "  "
            p++
            inside = two
        } else if (inside == "" && (c == "\"" || c == "'")) {
            result = result " "
            inside = c
        } else if (inside == "") {
            result = result c
        } else if (c == "\\" && inside != "/*" && inside != "//") {
            result = result "  "
            p++
        } else {
            result = result " "
            if (c == inside) inside = ""
        }
    }
    return result
}

function skip_blanks(p)
{
    while (at(p) == " " || at(p) == "\n") p++
    return p
}

# Where the bracket at p is closed; step -1: where it was opened.
function partner(p, step,    depth)
{
    depth = 0
    do {
        if (index("({[", at(p)) > 0) depth += step
        else if (index(")}]", at(p)) > 0) depth -= step
        p += step
    } while (depth > 0 && p > 0 && p <= length(code))
    if (depth > 0) broken("a bracket without its partner")
    return p - step
}

function starts_with(p, word)
{
    return substr(code, p, length(word)) == word && \
        at(p + length(word)) !~ /[A-Za-z0-9_]/
}

# The last character of the statement that begins at p.
function end_of_statement(p,    next_p)
{
    if (at(p) == "{") return partner(p, 1)
    if (starts_with(p, "if") || starts_with(p, "for") || \
        starts_with(p, "while")) {
        while (at(p) != "(") p++
        p = end_of_statement(skip_blanks(partner(p, 1) + 1))
        next_p = skip_blanks(p + 1)
        if (starts_with(next_p, "else")) {
            p = end_of_statement(skip_blanks(next_p + 4))
        }
        return p
    }
    if (starts_with(p, "do") || starts_with(p, "switch")) {
        broken("a statement it does not know")
    }
    while (at(p) != ";") {
        p = index("({[", at(p)) > 0 ? partner(p, 1) + 1 : p + 1
    }
    return p
}

# The first character of the statement whose block is closed at p.
function start_of_owner(p)
{
    p = partner(p, -1) - 1
    while (at(p) == " " || at(p) == "\n") p--
    if (at(p) != ")") broken("a block that nothing owns")
    p = partner(p, -1) - 1
    while (at(p) == " ") p--
    while (at(p - 1) ~ /[a-z]/) p--
    return p
}

function without(first, last,    gone)
{
    gone = substr(source, first, last - first + 1)
    gsub(/[^\n]/, " ", gone)
    sub(/ $/, ";", gone)
    return substr(source, 1, first - 1) gone substr(source, last + 1)
}

# The n-th statement behind the rule that can be deleted, or 0.
function statement_behind(rule_end, n,    p)
{
    p = skip_blanks(rule_end + 1)
    while (at(p) != "}") {
        if (!starts_with(p, "return") && !starts_with(p, "rule") && \
            !starts_with(p, "raft_assert")) {
            if (--n == 0) return p
        }
        p = skip_blanks(end_of_statement(p) + 1)
    }
    return 0
}

function deleted(rule_end, n,    p, behind)
{
    p = statement_behind(rule_end, n)
    if (p > 0) return without(p, end_of_statement(p))
    p = skip_blanks(rule_end + 1)
    if (at(p) != "}") broken("nothing to delete")
    behind = skip_blanks(p + 1)
    if (starts_with(behind, "else")) {
        behind = skip_blanks(end_of_statement(skip_blanks(behind + 4)) + 1)
    }
    if (at(behind) != "}") {
        return substr(source, 1, rule_end) " return;" \
            substr(source, rule_end + 1)
    }
    return without(start_of_owner(p), p)
}

function semicolon(p)
{
    return p + index(substr(code, p), ";") - 1
}

function deletions(last,    n, list)
{
    list = "delete"
    for (n = 2; statement_behind(semicolon(last), n) > 0; n++) {
        list = list " delete" n
    }
    return list
}

function forced(first, last, value)
{
    return substr(source, 1, first - 1) "(" \
        substr(source, first, last - first + 1) ", " value ")" \
        substr(source, last + 1)
}

# The function that p stands in: the name before the parenthesis of the last
# line that begins in the first column.
function function_at(p,    lines, n, name)
{
    n = split(substr(code, 1, p), lines, "\n")
    while (n > 0 && lines[n] !~ /^[a-z_].*\(/) n--
    name = lines[n]
    sub(/\(.*/, "", name)
    sub(/.*[ *]/, "", name)
    return name
}

function line_at(p,    lines)
{
    return split(substr(code, 1, p), lines, "\n")
}

{
    source = source $0 "\n"
}

END {
    if (failed) exit 1
    code = blank_out(source)
    if (length(code) != length(source)) broken("does not end in code")
    base = FILENAME
    sub(/.*\//, "", base)
    p = 1
    while (match(substr(code, p), /(^|[^A-Za-z0-9_])rule(_if)?\(/)) {
        first = p + RSTART - 1
        if (at(first) !~ /r/) first++
        open = p + RSTART + RLENGTH - 2
        last = partner(open, 1)
        p = open + 1
        sites++
        is_guard = starts_with(first, "rule_if")
        tag = substr(code, open + 1, last - open)
        sub(/^[^,]*,[ \n]*/, "", tag)
        sub(/[^A-Z0-9_].*/, "", tag)
        if (tag == "") broken("line " line_at(first) ": no tag")
        if (mode == "list") {
            where = base ":" function_at(first) ":" tag
            seen[where]++
            if (seen[where] > 1) where = where "#" seen[where]
            n = split(is_guard ? "true false" : deletions(last), variants, " ")
            for (i = 1; i <= n; i++) {
                print FILENAME ":" line_at(first), sites, tag, variants[i], \
                    where ":" variants[i]
            }
        } else if (sites == number) {
            sub(/^delete$/, "delete1", variant)
            printf "%s", sub(/^delete/, "", variant) ? \
                deleted(semicolon(last), variant) : \
                forced(first, last, variant)
            exit 0
        }
    }
    if (mode != "list") broken("no site " number)
}
