#!/bin/sh
# worlds.sh - the table of searched worlds in docs/raftsim.md.
#   worlds.sh write OUTPUT    from what `make -s search >OUTPUT` printed
#   worlds.sh check RAFTSIM   it has the worlds there are, with their bounds
set -eu

document=docs/raftsim.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# "name: bounds | figures | outcome" becomes a row; without figures: its bounds.
rows() {
    awk -F ' [|] ' '{
        name = $1
        sub(/:.*/, "", name)
        count = split($1 " " $2, words, " ")
        for (i = 2; i <= count; i++) {
            equals = index(words[i], "=")
            of[substr(words[i], 1, equals - 1)] = substr(words[i], equals + 1)
        }
        options = of["options"]
        sub(/^paper,?/, "", options)
        gsub(/=on/, "", options)
        gsub(/,/, ", ", options)
        bounds = of["terms"] ", " of["entries"] ", " of["crashes"] ", " \
            of["duplicates"] ", " of["heartbeats"] ", " of["reads"] ", " \
            of["in_flight"]
        limit = of["batch"] == "none" ? "" : of["batch"]
        disk = of["disk"] == "at-once" ? "" : "events"
        members = of["members"] == "S1,S2,S3" ? "" : of["members"]
        gsub(/>/, " → ", members)
        snapshots = of["snapshots"] == 0 ? "" : of["snapshots"]
        sub(/,/, ", ", snapshots)
        printf "| %s | %s | %s | %s | %s | %s | %s |", name, bounds, members,
            snapshots, limit, disk, options
        if (NF > 1) {
            printf " %.2f M | %s | %.1f s | %s |", of["states"] / 1e6,
                of["depth"], of["seconds"], $3
        }
        printf "\n"
    }' | sed 's/|  |/| |/g; s/|  |/| |/g'
}

write() { # output
    {
        echo
        echo '| World | terms, entries, crashes, duplicates, heartbeats,' \
            'reads, in flight | Members | Snapshots | Batch | Disk |' \
            'Options | States | Depth | Time | |'
        echo '|---|---|---|---|--:|---|---|--:|--:|--:|---|'
        grep ' | ' "$1" | rows
        echo
    } >"$work/table"
    awk -v table="$work/table" '
        /^<!-- worlds: end -->/ { inside = 0 }
        !inside { print }
        /^<!-- worlds: begin / {
            inside = 1
            while ((getline line < table) > 0) {
                print line
            }
        }' "$document" >"$work/document"
    cp "$work/document" "$document"
}

check() { # raftsim
    "$1" --worlds | rows >"$work/worlds"
    while IFS= read -r row; do
        grep -qF "$row" "$document" || {
            echo "$document: not as it is now, or missing: $row" \
                "(make search, then tests/check/worlds.sh write)" >&2
            exit 1
        }
    done <"$work/worlds"
    searched=$(sed -n '/worlds: begin/,/worlds: end/p' "$document" |
        grep -c ' M |')
    [ "$searched" -eq "$(wc -l <"$work/worlds")" ] || {
        echo "$document: $searched rows of worlds," \
            "but there are $(wc -l <"$work/worlds")" >&2
        exit 1
    }
}

case $1 in
write) write "$2" ;;
check) check "$2" ;;
*)
    echo "worlds: write OUTPUT or check RAFTSIM" >&2
    exit 1
    ;;
esac
