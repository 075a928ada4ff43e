# mutants_lib.sh - what mutants.sh and mutants_bug.sh both ask of a mutant.
# A mutant is a file tests/mutants/mNN-name.mut of lines "field: text".
# shellcheck shell=sh

# All mutants, in the order of their numbers.
all_mutants() {
    find tests/mutants -name 'm[0-9][0-9]-*.mut' | sort
}

# m11-old-terms-are-counted.mut -> m11
number_of() { # mutant
    basename "$1" | cut -d - -f 1
}

# All lines of a field, without its name.
field() { # mutant name
    awk -v name="$2: " 'index($0, name) == 1 {
        print substr($0, length(name) + 1)
    }' "$1"
}

# Its file as it is with the mistake in it; fails when a line to replace does
# not stand there exactly once.
mutate() { # mutant
    awk -f tests/check/mutants_apply.awk "$1" "$(field "$1" file)"
}

# Scenarios that fail on it; none when the simulator has not that code.
scenarios_of() { # mutant
    field "$1" shown-by | grep -v '^none: ' || true
}

# 11, m11 or 011 -> tests/mutants/m11-....mut; fails when there is none.
mutant_named() { # number
    digits=$(echo "$1" | sed 's/^[mM]//; s/^0*//')
    case $digits in
    '' | *[!0-9]* | ????*) return 1 ;;
    esac
    found=$(find tests/mutants -name "m$(printf '%02d' "$digits")-*.mut")
    [ -n "$found" ] && echo "$found"
}
