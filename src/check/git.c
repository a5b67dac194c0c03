/*
 * Three commands, none through a shell: rev-parse makes an object's name of what the user wrote,
 * ls-tree names the files, cat-file writes them. What they read and write are files without a name,
 * so that neither side ever waits for the other.
 */
#include "check/git.h"

#include "check/spool.h"
#include "policy/load.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	HASH_LENGTH_MAX = 64, /* of SHA-256 in hexadecimal */
	ANSWER_BYTES_MAX = 64 * 1024,
	TREE_BYTES_MAX = 256 * 1024 * 1024, /* of the names of all files of a revision */
	COMPLAINT_BYTES_MAX = 256,          /* that are told of what git does not like */
	ARGUMENTS_MAX = 8,
};

/* A run of git. */
struct command {
	const char *arguments[ARGUMENTS_MAX]; /* behind "git", ended by NULL */
	int input;                            /* a file, or -1: nothing */
	int output;
	int complaint; /* what it does not like */
};

static void close_file(const int *file)
{
	if (*file >= 0)
		close(*file);
}

static bool fail_spawn(int reason, struct pq_error *error)
{
	pq_error_set(error, PQ_ERROR_IO, "cannot run git: %s", strerror(reason));
	if (reason == ENOENT)
		pq_error_add_advice(error, "install git, or use --old");
	return false;
}

static int set_actions(posix_spawn_file_actions_t *actions, const struct command *command)
{
	int reason = command->input >= 0
			     ? posix_spawn_file_actions_adddup2(actions, command->input, 0)
			     : posix_spawn_file_actions_addopen(actions, 0, "/dev/null", 0, 0);
	if (reason == 0)
		reason = posix_spawn_file_actions_adddup2(actions, command->output, 1);
	return reason != 0 ? reason
			   : posix_spawn_file_actions_adddup2(actions, command->complaint, 2);
}

static int spawn(const struct command *command, pid_t *process)
{
	const char *argv[ARGUMENTS_MAX + 1] = { "git" };
	posix_spawn_file_actions_t actions;
	int reason = posix_spawn_file_actions_init(&actions);
	if (reason != 0)
		return reason;
	memcpy(argv + 1, command->arguments, sizeof command->arguments);
	reason = set_actions(&actions, command);
	if (reason == 0)
		reason = posix_spawnp(process, "git", &actions, NULL, (char **)(uintptr_t)argv,
				      environ);
	posix_spawn_file_actions_destroy(&actions);
	return reason;
}

/* In git's words: the first line of them, without what git puts before it. */
static bool refuse(const struct command *command, struct pq_error *error)
{
	char text[COMPLAINT_BYTES_MAX];
	ssize_t got = pread(command->complaint, text, sizeof text, 0);
	struct pq_string rest = { .data = text, .length = got < 0 ? 0 : (size_t)got }, line, word;
	if (!pq_string_split(&rest, '\n', &line) || line.length == 0)
		return pq_error_set(error, PQ_ERROR_USAGE, "git %s failed", command->arguments[0]);
	struct pq_string said = line;
	if (pq_string_split(&line, ' ', &word) &&
	    (pq_string_is(word, "fatal:") || pq_string_is(word, "error:")))
		said = line;
	return pq_error_set(error, PQ_ERROR_USAGE, "git %s: %.*s", command->arguments[0],
			    PQ_STRING_ARGUMENT(said));
}

static bool run(struct command command, struct pq_error *error)
{
	PQ_CLEANUP(close_file) int complaint = -1;
	pid_t process;
	int status;
	if (!check_spool_open(&complaint, error))
		return false;
	command.complaint = complaint;
	int reason = spawn(&command, &process);
	if (reason != 0)
		return fail_spawn(reason, error);
	while (waitpid(process, &status, 0) < 0) {
		if (errno != EINTR)
			return fail_spawn(errno, error);
	}
	return (WIFEXITED(status) && WEXITSTATUS(status) == 0) || refuse(&command, error);
}

/* All that a file without a name holds. */
static bool read_all(int file, size_t limit, struct pq_buffer *text, struct pq_error *error)
{
	off_t size = lseek(file, 0, SEEK_END);
	if (size < 0)
		return pq_error_set(error, PQ_ERROR_IO, "%s", strerror(errno));
	if ((uint64_t)size > limit)
		return pq_error_set(error, PQ_ERROR_TOO_LARGE, "git gave too long an answer");
	char *room = pq_buffer_reserve(text, (size_t)size + 1);
	if (room == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for git's answer");
	ssize_t got = pread(file, room, (size_t)size, 0);
	if (got != size)
		return pq_error_set(error, PQ_ERROR_IO, "git's answer cannot be read");
	text->length += (size_t)size;
	return true;
}

/* Runs a command for the text that it prints. */
static bool ask(const struct command *question, size_t limit, struct pq_buffer *text,
		struct pq_error *error)
{
	PQ_CLEANUP(close_file) int output = -1;
	struct command command = *question;
	if (!check_spool_open(&output, error))
		return false;
	command.output = output;
	return run(command, error) && read_all(output, limit, text, error);
}

/* The name of the commit; what begins like an option or is empty is no revision. */
static bool find_commit(const char *revision, char commit[HASH_LENGTH_MAX + 1],
			struct pq_error *error)
{
	pq_cleanup_buffer struct pq_buffer wanted, answer;
	pq_buffer_init(&wanted, 0);
	pq_buffer_init(&answer, 0);
	if (revision[0] == '-' || revision[0] == '\0')
		return pq_error_set(error, PQ_ERROR_USAGE, "\"%s\" is no revision", revision);
	pq_buffer_append_format(&wanted, "%s^{commit}", revision);
	pq_buffer_append_byte(&wanted, '\0');
	if (pq_buffer_failed(&wanted))
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory to ask git");
	const struct command command = {
		.arguments = { "rev-parse", "--verify", "--quiet", "--end-of-options",
			       wanted.data },
		.input = -1,
	};
	if (!ask(&command, ANSWER_BYTES_MAX, &answer, error)) {
		if (error->code == PQ_ERROR_USAGE)
			pq_error_set(
				error, PQ_ERROR_USAGE,
				"git knows no commit \"%s\" in this folder; name another, or fetch "
				"it first",
				revision);
		return false;
	}
	struct pq_string hash = pq_string_trim(pq_buffer_view(&answer));
	if (hash.length > HASH_LENGTH_MAX)
		return pq_error_set(error, PQ_ERROR_IO, "git gave too long an answer");
	memcpy(commit, hash.data, hash.length);
	commit[hash.length] = '\0';
	return true;
}

static bool find_prefix(struct pq_arena *arena, struct pq_string *prefix, struct pq_error *error)
{
	pq_cleanup_buffer struct pq_buffer answer;
	pq_buffer_init(&answer, 0);
	const struct command command = {
		.arguments = { "rev-parse", "--show-prefix" },
		.input = -1,
	};
	if (!ask(&command, ANSWER_BYTES_MAX, &answer, error))
		return false;
	*prefix = pq_arena_copy(arena, pq_string_trim(pq_buffer_view(&answer)));
	return prefix->data != NULL ||
	       pq_error_set(error, PQ_ERROR_MEMORY, "no memory for git's answer");
}

/* "100644 blob 01234…\tpath": a plain file that may be a manifest. */
static bool parse_entry(struct pq_string entry, struct pq_string *hash, struct pq_string *path)
{
	static const struct pq_string blob = PQ_LITERAL("blob ");
	ptrdiff_t tab = pq_string_find_byte(entry, '\t');
	struct pq_string mode, head;
	if (tab < 0)
		return false;
	head = pq_string_slice(entry, 0, (size_t)tab);
	*path = pq_string_slice(entry, (size_t)tab + 1, entry.length);
	if (!pq_string_split(&head, ' ', &mode) || !pq_string_starts_with(mode, PQ_S("100")) ||
	    !pq_string_starts_with(head, blob) || !pq_policy_is_source(*path))
		return false;
	*hash = pq_string_slice(head, blob.length, head.length);
	return true;
}

/* Adds an input for each file, and its hash, a line each, to hashes. */
static bool add_files(struct check_inputs *inputs, struct pq_string tree, struct pq_buffer *hashes,
		      struct pq_error *error)
{
	struct pq_string entry, hash, path;
	while (pq_string_split(&tree, '\0', &entry)) {
		if (!parse_entry(entry, &hash, &path))
			continue;
		if (!check_inputs_add(inputs, path, error))
			return false;
		pq_buffer_append_string(hashes, hash);
		pq_buffer_append_byte(hashes, '\n');
	}
	return !pq_buffer_failed(hashes) ||
	       pq_error_set(error, PQ_ERROR_MEMORY, "no memory for the names of files");
}

/* Each is "HASH blob LENGTH\n", its bytes, "\n". */
static bool find_blobs(int spool, struct check_git_blob *blobs, size_t count,
		       struct pq_error *error)
{
	uint64_t offset = 0;
	for (size_t i = 0; i < count; i++) {
		char head[HASH_LENGTH_MAX + 32];
		unsigned long long length;
		ssize_t got = pread(spool, head, sizeof head - 1, (off_t)offset);
		head[got < 0 ? 0 : got] = '\0';
		const char *end = strchr(head, '\n');
		if (end == NULL || sscanf(head, "%*s blob %llu", &length) != 1)
			return pq_error_set(error, PQ_ERROR_IO, "git does not have all files");
		blobs[i].offset = offset + (uint64_t)(end - head) + 1;
		blobs[i].length = length;
		offset = blobs[i].offset + length + 1;
	}
	return true;
}

static bool write_blobs(struct pq_string hashes, int spool, struct pq_error *error)
{
	PQ_CLEANUP(close_file) int input = -1;
	if (!check_spool_open(&input, error) || !check_spool_write(input, hashes, error))
		return false;
	if (lseek(input, 0, SEEK_SET) < 0)
		return pq_error_set(error, PQ_ERROR_IO, "%s", strerror(errno));
	const struct command command = {
		.arguments = { "cat-file", "--batch" },
		.input = input,
		.output = spool,
	};
	return run(command, error);
}

/* Reads the blobs of the inputs from first on. */
static bool fetch(struct check_inputs *inputs, size_t first, struct pq_string hashes,
		  struct check_git_blob **blobs, struct pq_error *error)
{
	int spool = -1;
	size_t count = inputs->count - first;
	if (count == 0)
		return true;
	*blobs = calloc(count, sizeof **blobs);
	if (*blobs == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for the names of files");
	if (!check_spool_open(&spool, error))
		return false;
	for (size_t i = first; i < inputs->count; i++) {
		inputs->items[i].spool = spool;
		inputs->items[i].shares_spool = i > first;
	}
	return write_blobs(hashes, spool, error) && find_blobs(spool, *blobs, count, error);
}

bool check_git_add(struct check_inputs *inputs, const char *revision, struct check_git_blob **blobs,
		   struct pq_string *prefix, struct pq_error *error)
{
	char commit[HASH_LENGTH_MAX + 1];
	size_t first = inputs->count;
	pq_cleanup_buffer struct pq_buffer tree, hashes;
	pq_buffer_init(&tree, 0);
	pq_buffer_init(&hashes, 0);
	*blobs = NULL;
	if (!find_prefix(&inputs->arena, prefix, error) || !find_commit(revision, commit, error))
		return false;
	const struct command list = {
		.arguments = { "ls-tree", "-r", "-z", "--full-tree", commit },
		.input = -1,
	};
	return ask(&list, TREE_BYTES_MAX, &tree, error) &&
	       add_files(inputs, pq_buffer_view(&tree), &hashes, error) &&
	       fetch(inputs, first, pq_buffer_view(&hashes), blobs, error);
}
