/* SPDX-License-Identifier: MIT
 *
 * test_storage_golden.c - identity and term, byte for byte, as they must stay:
 * a directory outlives the program that wrote it. The log:
 * test_storage_golden_log.c; snapshots: test_storage_snapshot.c.
 */
#include "tests/t.h"

#include <stdio.h>
#include <string.h>

#include "raft/bytes.h"
#include "raft/storage/internal.h"
#include "tests/unit/golden_hex.h"
#include "tests/unit/storage_rig.h"

#define SERVER 0x0102030405060708u
#define OURS   0x1112131415161718u
#define THEIRS 0x2122232425262728u

/* ---- The bytes -------------------------------------------------------- */

static const char blank[] =
    "524146544944454e0100000053e3ce4000000000000000000807060504030201"
    "0000000000000000000000000000000000000000000000000000000000000000";
static const char founding[] =
    "524146544944454e010000009833687d00000000000000000807060504030201"
    "0100000000000000000000000000000000000000000000000000000000000000";
static const char settled[] =
    "524146544944454e01000000b5b9611018171615141312110807060504030201"
    "0000000000000000000000000000000000000000000000000000000000000000";
/* Since version 2. */
static const char provisional[] =
    "524146544944454e020000002c73738218171615141312110807060504030201"
    "0200000000000000000000000000000000000000000000000000000000000000";
static const char leaving[] =
    "524146544944454e020000008352561d28272625242322210807060504030201"
    "0300000000000000000000000000000000000000000000000000000000000000";
static const char forcing[] =
    "524146544944454e02000000f26026ad28272625242322210807060504030201"
    "0400000000000000000000000000000000000000000000000000000000000000";

static const char term[] =
    "524146545445524d01000000358a642038373635343332310807060504030201"
    "0100000040000000000000000000000000000000000000000000000000000000";

/* ---- Files ------------------------------------------------------------ */

static void put_hex(struct storage_rig *rig, const char *name, const char *hex)
{
    uint8_t bytes[GOLDEN_ROOM];

    fault_files_put(rig->disk, name, bytes, golden_bytes(hex, bytes));
}

static void get_block(struct storage_rig *rig, const char *name,
                      uint8_t block[BLOCK_BYTES])
{
    for (size_t at = 0; at < BLOCK_BYTES; at++) {
        block[at] = fault_files_byte(rig->disk, name, at);
    }
}

static void file_is(struct storage_rig *rig, const char *name, const char *hex)
{
    uint8_t block[BLOCK_BYTES];

    t_u64_eq(fault_files_size(rig->disk, name), BLOCK_BYTES);
    get_block(rig, name, block);
    is_golden(hex, block, BLOCK_BYTES);
}

/* A directory without a history, and this identity. */
static bool open_as(struct storage_rig *rig, const char *identity)
{
    rig_create(rig, 1, 4096);
    rig_must_open(rig);
    rig_close(rig);
    put_hex(rig, "identity", identity);
    rig->storage = storage_open("d", fault_files_ops(rig->disk), &rig->settings,
                                &rig->error);
    return rig->storage != NULL;
}

/* ---- Identity --------------------------------------------------------- */

static void identity_is_written_as_ever(void **state)
{
    const struct raft_entry first = {.term = 1, .type = RAFT_ENTRY_NO_OP};
    struct storage_rig rig;

    (void)state;
    assert_true(open_as(&rig, founding));
    file_is(&rig, "identity", blank);
    assert_int_equal(storage_join_cluster(rig.storage, OURS, &rig.error), 0);
    file_is(&rig, "identity", settled);
    assert_int_equal(storage_force_new_cluster(rig.storage, THEIRS, &rig.error),
                     0);
    file_is(&rig, "identity", forcing);
    rig_destroy(&rig);
    assert_true(open_as(&rig, blank));
    assert_int_equal(
        storage_found_cluster(rig.storage, OURS, &first, true, &rig.error), 0);
    file_is(&rig, "identity", provisional);
    assert_int_equal(storage_leave_for(rig.storage, THEIRS, &rig.error), 0);
    file_is(&rig, "identity", leaving);
    rig_destroy(&rig);
}

/* It stands there while entry 1 is written. */
static void founding_is_written_as_ever(void **state)
{
    const struct raft_entry first = {.term = 1, .type = RAFT_ENTRY_NO_OP};
    bool is_done = false;
    uint64_t seen = 0;

    (void)state;
    for (uint64_t nth = 1; !is_done; nth++) {
        struct storage_rig rig;

        assert_true(open_as(&rig, blank));
        fault_files_cut_power(rig.disk, nth);
        is_done = storage_found_cluster(rig.storage, OURS, &first, false,
                                        &rig.error) == 0;
        if (fault_files_byte(rig.disk, "identity", 32) != 0) {
            file_is(&rig, "identity", founding);
            seen++;
        }
        rig_destroy(&rig);
    }
    assert_true(seen > 3);
}

static void identity_is_read_as_ever(void **state)
{
    static const struct {
        const char *hex;
        uint64_t cluster_id;
        bool is_provisional;
        bool is_refused; /* by storage_load() */
    } files[] = {
        {blank, 0, false, false},        {founding, 0, false, false},
        {settled, OURS, false, false},   {provisional, OURS, true, false},
        {leaving, THEIRS, false, false}, {forcing, THEIRS, false, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct storage_rig rig;
        struct raft_start start;

        assert_true(open_as(&rig, files[i].hex));
        const struct storage_identity *const found =
            storage_identity(rig.storage);

        t_u64_eq(found->cluster_id, files[i].cluster_id);
        t_u64_eq(found->server_id, SERVER);
        assert_int_equal(found->is_provisional, files[i].is_provisional);
        assert_int_equal(storage_load(rig.storage, &start, &rig.error) != 0,
                         files[i].is_refused);
        rig_destroy(&rig);
    }
}

/* The checksum is right, and yet no program wrote it. */
static void impossible_states_are_refused(void **state)
{
    static const struct {
        uint32_t version;
        uint32_t state;
        uint64_t cluster_id;
    } files[] = {{1, 2, OURS}, {1, 4, OURS}, {1, 5, OURS},         {2, 5, OURS},
                 {2, 2, 0},    {2, 4, 0},    {2, UINT32_MAX, OURS}};

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        uint8_t block[BLOCK_BYTES] = {0};
        char says[64];
        struct storage_rig rig;

        rig_create(&rig, 1, 4096);
        rig_must_open(&rig);
        rig_close(&rig);
        put_u64(block + 16, files[i].cluster_id);
        put_u64(block + 24, SERVER);
        put_u32(block + 32, files[i].state);
        block_seal_as(block, identity_magic, files[i].version);
        fault_files_put(rig.disk, "identity", block, sizeof block);
        rig_must_refuse(&rig, "identity", 32);
        (void)snprintf(says, sizeof says, "state %u (format version %u)",
                       (unsigned)files[i].state, (unsigned)files[i].version);
        assert_non_null(strstr(rig.error.text, says));
        rig_destroy(&rig);
    }
}

/* ---- Term ------------------------------------------------------------- */

static void term_is_written_and_read_as_ever(void **state)
{
    struct storage_rig rig;

    (void)state;
    rig_create(&rig, 1, 4096);
    rig_must_open(&rig);
    assert_true(rig_hard_state(&rig, 0x3132333435363738, SERVER));
    assert_true(rig_sync(&rig));
    file_is(&rig, "term", term);
    rig_close(&rig);
    put_hex(&rig, "term", term);
    rig_must_open(&rig); /* the rig remembers both */
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(identity_is_written_as_ever),
    cmocka_unit_test(founding_is_written_as_ever),
    cmocka_unit_test(identity_is_read_as_ever),
    cmocka_unit_test(impossible_states_are_refused),
    cmocka_unit_test(term_is_written_and_read_as_ever),
};

T_MAIN(tests)
