# help.awk - `make help`: targets and their `##` comments, by `##@` group.
/^##@ / {
    group = substr($0, 5)
    if (!(group in text)) {
        order[++count] = group
    }
    text[group] = text[group] ""
}

/^[a-z][a-z0-9 -]*:.* ## / {
    names = $0
    sub(/:.*/, "", names)
    says = $0
    sub(/.* ## /, "", says)
    text[group] = text[group] sprintf("  %-29s %s\n", names, says)
}

END {
    print "Usage: make [target] [NODES=5] [CC=clang] [CFLAGS=...]"
    for (i = 1; i <= count; i++) {
        printf "\n%s\n%s", order[i], text[order[i]]
    }
}
