# raft.gdb - gdb commands for reading raft/ beside the paper.
#
#   gdb -x docs/raft.gdb --args build/raftsim --check tests/scenarios/fig8-safe.raft
#
# praft, plog   a server's state, its log: of `r` in the frame you are in, or
#               of what you name: praft server->node->core
# brule AE_3    stop wherever this rule is carried out; brule CM_1 no: where
#               this guard declines. The tags are in raft/rules.h.
# vote          run to the first vote that is granted (make step)
#
# The programs must be built with -Og -g3, as `make` does.

set confirm off
set print pretty on
set print frame-arguments scalars

define plog
    if $argc == 0
        set $raft_log = &r->log
    else
        set $raft_log = &($arg0)->log
    end
    printf "  log           "
    set $raft_index = 1
    while $raft_index <= $raft_log->count
        printf " %lu:%lu", $raft_index, $raft_log->entries[$raft_index - 1].term
        set $raft_index = $raft_index + 1
    end
    if $raft_log->count == 0
        printf " empty"
    end
    printf "\n"
end
document plog
plog [SERVER]: the log of a struct raft * (default: r), as index:term.
end

define praft
    if $argc == 0
        set $raft = r
    else
        set $raft = ($arg0)
    end
    printf "Persistent state of S%lu (Figure 2)\n", $raft->settings.id
    printf "  current_term   %lu\n", $raft->current_term
    if $raft->voted_for == 0
        printf "  voted_for      none\n"
    else
        printf "  voted_for      S%lu\n", $raft->voted_for
    end
    plog $raft
    printf "Volatile state\n"
    printf "  commit_index   %lu\n", $raft->commit_index
    printf "  last_applied   %lu\n", $raft->last_applied
    if $raft->role == RAFT_LEADER
        printf "Volatile state on leaders\n"
        set $raft_slot = 0
        while $raft_slot < $raft->config.member_count
            printf "  S%lu: next_index %lu, match_index %lu\n", $raft->config.members[$raft_slot].id, $raft->next_index[$raft_slot], $raft->match_index[$raft_slot]
            set $raft_slot = $raft_slot + 1
        end
    end
    printf "Role (Figure 4)\n  "
    output $raft->role
    printf "\nOn disk\n"
    printf "  durable_index  %lu\n", $raft->durable_index
end
document praft
praft [SERVER]: a struct raft * (default: r), in the order of Figure 2.
end

define brule
    if $argc == 1
        break rule_event if t == $arg0 && taken
    else
        break rule_event if t == $arg0 && !taken
    end
end
document brule
brule TAG: stop where a rule of the paper is carried out, or a guard lets pass.
brule TAG no: stop where a guard declines. Tags: AE_3, CM_1, ... (raft/rules.h).
It stops in rule_event(): `up 2` shows the rule, `finish` goes on to it.
end

define vote
    tbreak rule_event if t == RV_2 && taken
    run
    finish
    printf "\nA server asks for a vote, and is about to get it. The question:\n"
    printf "  S%lu to S%lu, term %lu, ", m->from, m->to, m->term
    printf "last log index %lu of term %lu\n", m->request_vote.last_log_index, m->request_vote.last_log_term
    printf "Who is asked:\n"
    praft
    printf "\nTry: next (twice: the vote is given), praft, plog, bt, list,\n"
    printf "brule AE_4, continue, help brule.\n"
end
document vote
vote: run to the first vote that is granted, and stand in its handler.
end
