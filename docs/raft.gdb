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
    if $raft_log->base_index > 0
        printf " (%lu:%lu)", $raft_log->base_index, $raft_log->base_term
    end
    set $raft_place = 0
    while $raft_place < $raft_log->count
        printf " %lu:%lu", $raft_log->base_index + $raft_place + 1, $raft_log->entries[$raft_place].term
        set $raft_place = $raft_place + 1
    end
    if $raft_log->base_index + $raft_log->count == 0
        printf " empty"
    end
    printf "\n"
end
document plog
plog [SERVER]: the log of a struct raft * (default: r), as index:term. In
brackets: the last entry of its snapshot, which is no longer in the log.
end

define pserver
    if ($arg0) > 99
        printf "%016lx", $arg0
    else
        printf "S%lu", $arg0
    end
end
document pserver
pserver ID: S1, as in the scenarios; 16 digits, as in the logs of raftd.
end

define praft
    if $argc == 0
        set $raft = r
    else
        set $raft = ($arg0)
    end
    printf "Persistent state of "
    pserver $raft->settings.id
    printf " (Figure 2)\n"
    printf "  current_term   %lu\n", $raft->current_term
    printf "  voted_for      "
    if $raft->voted_for == 0
        printf "none"
    else
        pserver $raft->voted_for
    end
    printf "\n"
    plog $raft
    printf "Volatile state\n"
    printf "  commit_index   %lu\n", $raft->commit_index
    printf "  last_applied   %lu\n", $raft->last_applied
    if $raft->role == RAFT_LEADER
        printf "Volatile state on leaders\n"
        set $raft_slot = 0
        while $raft_slot < $raft->config.member_count
            printf "  "
            pserver $raft->config.members[$raft_slot].id
            printf ": next_index %lu, match_index %lu\n", $raft->next_index[$raft_slot], $raft->match_index[$raft_slot]
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
