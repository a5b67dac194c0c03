#include "check/ignore.h"

#include "base/file.h"
#include "base/glob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { PATTERN_LENGTH_MAX = 4096 }; /* bytes: PATH_MAX, for nobody has a path that is longer */

struct rule {
	struct pq_string pattern;
	const char *name; /* "FILE:LINE" */
	bool is_negated;
	bool is_for_folders;
	bool is_anchored; /* to the folder; else it is for names wherever they stand */
};

/* A folder, and what is to be asked about what is below it. */
struct folder {
	const struct folder *above; /* the next one with rules on the way to the root, or NULL */
	size_t length;              /* of its full path */
	struct rule *rules;
	size_t count;
	const char *ignored_by; /* a rule above, for the whole folder; or NULL */
	bool is_in_work_tree;   /* of git */
};

void check_ignores_init(struct check_ignores *ignores,
			const struct check_working_directory *working_directory)
{
	pq_map_init(&ignores->folders);
	pq_arena_init(&ignores->arena, 0);
	ignores->working_directory = working_directory;
}

void check_ignores_done(struct check_ignores *ignores)
{
	pq_map_done(&ignores->folders);
	pq_arena_done(&ignores->arena);
}

static bool out_of_memory(struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for what is ignored");
}

/* White space at the end does not count unless a backslash stands before it. */
static struct pq_string trim_end(struct pq_string line)
{
	while (line.length > 0 && memchr(" \t\r", line.data[line.length - 1], 3) != NULL &&
	       (line.length == 1 || line.data[line.length - 2] != '\\'))
		line.length--;
	return line;
}

static struct pq_string skip_byte(struct pq_string text)
{
	return pq_string_slice(text, 1, text.length);
}

/* False for a line without a rule. */
static bool parse_rule(struct pq_string line, struct rule *rule)
{
	struct pq_string pattern = trim_end(line);
	*rule = (struct rule){ 0 };
	if (pattern.length == 0 || pattern.data[0] == '#')
		return false;
	rule->is_negated = pattern.data[0] == '!';
	if (rule->is_negated)
		pattern = skip_byte(pattern);
	rule->is_for_folders = pq_string_ends_with(pattern, PQ_S("/"));
	pattern.length -= rule->is_for_folders;
	rule->is_anchored = pq_string_find_byte(pattern, '/') >= 0;
	if (pq_string_starts_with(pattern, PQ_S("/")))
		pattern = skip_byte(pattern);
	rule->pattern = pattern;
	return pattern.length > 0;
}

static size_t count_lines(struct pq_string text)
{
	struct pq_string line;
	size_t count = 0;
	while (pq_string_split(&text, '\n', &line))
		count++;
	return count;
}

static bool refuse_pattern(const char *path, unsigned line, struct pq_error *error)
{
	pq_error_set_at(error, PQ_ERROR_TOO_LARGE, path,
			"the pattern is longer than %d bytes, as no path is: shorten it",
			PATTERN_LENGTH_MAX);
	pq_error_set_position(error, line, 1);
	return false;
}

static bool parse_file(struct pq_arena *arena, const char *path, struct pq_string text,
		       struct folder *folder, struct pq_error *error)
{
	struct pq_string line;
	folder->rules = pq_arena_alloc_array(arena, count_lines(text), sizeof *folder->rules);
	if (folder->rules == NULL)
		return out_of_memory(error);
	for (unsigned number = 1; pq_string_split(&text, '\n', &line); number++) {
		struct rule *rule = &folder->rules[folder->count];
		if (!parse_rule(line, rule))
			continue;
		if (rule->pattern.length > PATTERN_LENGTH_MAX)
			return refuse_pattern(path, number, error);
		rule->name = pq_arena_format(arena, "%s:%u", path, number).data;
		if (rule->name == NULL)
			return out_of_memory(error);
		folder->count++;
	}
	return true;
}

/* As it is shown and read: from the working directory on, if it is there. */
static struct pq_string name_file(struct check_ignores *ignores, struct pq_string folder)
{
	static const char name[] = ".pratiqueignore";
	struct pq_string here = check_full_path_view(&ignores->working_directory->path);
	if (pq_string_equal(folder, here))
		return pq_string_from(name);
	if (check_full_path_is_in(folder, here))
		folder = pq_string_slice(folder, here.length + 1, folder.length);
	return pq_arena_format(&ignores->arena, "%.*s/%s", PQ_STRING_ARGUMENT(folder), name);
}

/* Whether the folder of a file may not be entered. */
static bool is_closed(const char *file)
{
	char path[PATH_MAX];
	struct pq_string folder = check_path_folder(pq_string_from(file));
	int length = snprintf(path, sizeof path, "%.*s.", PQ_STRING_ARGUMENT(folder));
	return length > 0 && (size_t)length < sizeof path &&
	       faccessat(AT_FDCWD, path, F_OK, AT_EACCESS) != 0 && errno == EACCES;
}

/* Above the working directory may be what is not ours to read, but a work tree is. What is in a
 * folder that may not be entered, or in a file that is named as if it were a folder, is told of
 * when it is read. */
static bool may_be_passed_over(const struct check_ignores *ignores, struct pq_string path,
			       const struct folder *folder, const char *name,
			       const struct pq_error *reason)
{
	struct pq_string here = check_full_path_view(&ignores->working_directory->path);
	bool is_above = check_full_path_is_in(here, path) && here.length > path.length;
	bool is_not_ours = is_above && !folder->is_in_work_tree;
	if (reason->code == PQ_ERROR_NOT_FOUND)
		return true;
	if (reason->code == PQ_ERROR_UNSUPPORTED)
		return is_not_ours;
	if (faccessat(AT_FDCWD, name, R_OK, AT_EACCESS) == 0)
		return false;
	return errno == ENOTDIR ||
	       (errno == EACCES && (is_not_ours || (!is_above && is_closed(name))));
}

/* A folder that has no file of rules is like one whose file is empty. */
static bool read_rules(struct check_ignores *ignores, struct pq_string path, struct folder *folder,
		       struct pq_error *error)
{
	struct pq_buffer text;
	struct pq_string name = name_file(ignores, path);
	if (name.data == NULL)
		return out_of_memory(error);
	pq_buffer_init_in(&text, &ignores->arena, PQ_CHECK_IGNORE_BYTES_MAX);
	if (pq_file_read_regular(name.data, &text, error))
		return parse_file(&ignores->arena, name.data, pq_buffer_view(&text), folder, error);
	if (may_be_passed_over(ignores, path, folder, name.data, error))
		return true;
	pq_error_add_advice(error, error->code == PQ_ERROR_TOO_LARGE
					   ? "name folders in it, or files by patterns"
					   : "it says what is not judged: make it a file that can "
					     "be read, or remove it");
	return false;
}

/* The last rule of a folder that matches what is below it, or NULL. */
static const struct rule *match_folder(const struct folder *folder, struct pq_string path,
				       bool is_folder)
{
	struct pq_string name = check_path_name(path);
	struct pq_string rest = pq_string_slice(path, folder->length + 1, path.length);
	for (size_t i = folder->count; i > 0; i--) {
		const struct rule *rule = &folder->rules[i - 1];
		if ((is_folder || !rule->is_for_folders) &&
		    pq_glob_match(rule->pattern, rule->is_anchored ? rest : name))
			return rule;
	}
	return NULL;
}

/* The rule by which a path is ignored that is below folder, which is not; or NULL. The innermost
 * file that says something decides. */
static const char *match(const struct folder *folder, struct pq_string path, bool is_folder)
{
	for (; folder != NULL; folder = folder->above) {
		const struct rule *rule = match_folder(folder, path, is_folder);
		if (rule != NULL)
			return rule->is_negated ? NULL : rule->name;
	}
	return NULL;
}

/* Each folder once, after those above it, of which PATH_MAX allows two thousand. NULL with the
 * error set. */
static const struct folder *find_folder(struct check_ignores *ignores, struct pq_string path,
					struct pq_error *error)
{
	struct folder *folder = pq_map_find(&ignores->folders, path);
	const struct folder *parent = NULL;
	if (folder != NULL)
		return folder;
	bool is_top = check_is_work_tree_top(ignores->working_directory, path);
	if (!is_top && path.length > 0 &&
	    (parent = find_folder(ignores, check_full_path_parent(path), error)) == NULL)
		return NULL;
	folder = pq_arena_alloc(&ignores->arena, sizeof *folder);
	if (folder == NULL || !pq_map_put(&ignores->folders, path, folder, NULL)) {
		out_of_memory(error);
		return NULL;
	}
	*folder = (struct folder){ .length = path.length, .is_in_work_tree = is_top };
	if (parent != NULL) {
		folder->is_in_work_tree = parent->is_in_work_tree;
		folder->above = parent->count > 0 ? parent : parent->above;
		folder->ignored_by = parent->ignored_by != NULL ? parent->ignored_by
								: match(folder->above, path, true);
	}
	return folder->ignored_by != NULL || read_rules(ignores, path, folder, error) ? folder
										      : NULL;
}

bool check_ignores_find(struct check_ignores *ignores, const char *path, bool is_folder,
			const char **rule, struct pq_error *error)
{
	struct check_full_path full;
	*rule = NULL;
	if (!check_full_path_make(&full, ignores->working_directory, pq_string_from(path)))
		return true;
	struct pq_string text = check_full_path_view(&full);
	bool is_top = is_folder && check_is_work_tree_top(ignores->working_directory, text);
	if (is_top || text.length == 0)
		return true;
	const struct folder *folder = find_folder(ignores, check_full_path_parent(text), error);
	if (folder == NULL)
		return false;
	*rule = folder->ignored_by != NULL ? folder->ignored_by : match(folder, text, is_folder);
	return true;
}
