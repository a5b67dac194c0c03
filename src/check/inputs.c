#include "check/inputs.h"

#include "base/glob.h"
#include "base/map.h"
#include "base/pages.h"
#include "base/walk.h"
#include "check/spool.h"
#include "policy/load.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void check_inputs_init(struct check_inputs *inputs,
		       const struct check_working_directory *working_directory)
{
	*inputs = (struct check_inputs){ .working_directory = working_directory };
	pq_arena_init(&inputs->arena, 0);
	check_ignores_init(&inputs->ignores, working_directory);
}

void check_inputs_done(struct check_inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++) {
		struct check_input *input = &inputs->items[i];
		if (input->spool >= 0 && !input->shares_spool)
			close(input->spool);
		if (input->state == CHECK_INPUT_FILE)
			free(input->parts);
	}
	pq_pages_free(inputs->items, inputs->capacity * sizeof *inputs->items);
	check_ignores_done(&inputs->ignores);
	pq_arena_done(&inputs->arena);
}

/* What is found on the way through one of the paths that were named. */
struct search {
	struct check_inputs *inputs;
	struct pq_map *before; /* the full paths of inputs so far; NULL where only one was named */
	struct pq_string pattern; /* or empty */
	struct pq_error *error;
	bool has_found; /* an input, be it one from before */
	bool failed;    /* for the reason in error */
};

static bool out_of_memory(struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for the names of files");
}

static struct check_input *add(struct check_inputs *inputs, struct pq_string path,
			       struct pq_error *error)
{
	if (inputs->count == inputs->capacity) {
		size_t capacity = inputs->capacity == 0 ? 64 : inputs->capacity * 2;
		struct check_input *grown = pq_pages_grow(
			inputs->items, inputs->capacity * sizeof *grown, capacity * sizeof *grown);
		if (grown == NULL) {
			out_of_memory(error);
			return NULL;
		}
		inputs->items = grown;
		inputs->capacity = capacity;
	}
	struct pq_string copy = pq_arena_copy(&inputs->arena, path);
	if (copy.data == NULL) {
		out_of_memory(error);
		return NULL;
	}
	struct check_input *input = &inputs->items[inputs->count++];
	*input = (struct check_input){ .path = copy.data, .spool = -1 };
	return input;
}

static bool add_with_note(struct check_inputs *inputs, const char *path,
			  enum check_input_state state, const char *note, struct pq_error *error)
{
	struct pq_string copy = pq_arena_copy(&inputs->arena, pq_string_from(note));
	struct check_input *input =
		copy.data == NULL ? NULL : add(inputs, pq_string_from(path), error);
	if (input == NULL)
		return out_of_memory(error);
	input->state = state;
	input->note = copy.data;
	return true;
}

bool check_inputs_set_unreadable(struct check_inputs *inputs, struct check_input *input,
				 const char *note)
{
	struct pq_string copy = pq_arena_copy(&inputs->arena, pq_string_from(note));
	if (copy.data == NULL)
		return false;
	free(input->parts);
	input->state = CHECK_INPUT_UNREADABLE;
	input->note = copy.data;
	input->has_others = false;
	return true;
}

/* Notes that a path is an input; *is_first: it has not been one before. Standard input is not the
 * file "-" of the working directory. */
static bool note_path(struct search *search, const char *path, bool *is_first)
{
	struct check_full_path full;
	struct pq_string key = pq_string_from(path);
	search->has_found = true;
	*is_first = true;
	if (search->before == NULL)
		return true;
	if (!pq_string_is(key, "-") &&
	    check_full_path_make(&full, search->inputs->working_directory, key))
		key = check_full_path_view(&full);
	*is_first = pq_map_find(search->before, key) == NULL;
	return !*is_first || pq_map_put(search->before, key, search, NULL) ||
	       out_of_memory(search->error);
}

/* Whether a pattern matches a path or a folder that it is in. */
static bool covers(struct pq_string pattern, struct pq_string path)
{
	for (size_t end = 0; end <= path.length; end++) {
		if ((end == path.length || path.data[end] == '/') &&
		    pq_glob_match(pattern, pq_string_slice(path, 0, end)))
			return true;
	}
	return false;
}

/* Without the "./" that a walk through the working directory puts in front. */
static const char *shown_path(const struct search *search, const char *path)
{
	return search->pattern.length > 0 && strncmp(path, "./", 2) == 0 &&
			       !pq_string_starts_with(search->pattern, PQ_S("./"))
		       ? path + 2
		       : path;
}

/* Adds a path unless it is an input already. */
static bool add_noted(struct search *search, const char *path, enum check_input_state state,
		      const char *note)
{
	bool is_first;
	return note_path(search, path, &is_first) &&
	       (!is_first || add_with_note(search->inputs, path, state, note, search->error));
}

/* Adds the path as ignored when it is; false then, and when that fails. */
static bool is_not_ignored(struct search *search, const char *path, bool is_folder)
{
	const char *rule;
	search->failed |= !check_ignores_find(&search->inputs->ignores, path, is_folder, &rule,
					      search->error) ||
			  (rule != NULL && !add_noted(search, path, CHECK_INPUT_IGNORED, rule));
	return !search->failed && rule == NULL;
}

/* What leads nowhere is as good as a file when it is named like one. */
static bool is_wanted(const char *found, enum pq_walk_kind kind, void *context)
{
	struct search *search = context;
	const char *path = shown_path(search, found);
	struct pq_string text = pq_string_from(path);
	bool is_source = pq_policy_is_source(text);
	bool is_folder = kind == PQ_WALK_FOLDER || (kind == PQ_WALK_UNREADABLE && !is_source);
	if (!is_folder && !is_source)
		return false;
	if (search->pattern.length > 0 && !covers(search->pattern, text) &&
	    !(is_folder && pq_glob_may_match_below(search->pattern, text)))
		return false;
	return is_not_ignored(search, path, is_folder);
}

static bool visit(const char *found, void *context, struct pq_error *error)
{
	struct search *search = context;
	const char *path = shown_path(search, found);
	bool is_first;
	if (search->failed || !note_path(search, path, &is_first))
		return false;
	return !is_first || add(search->inputs, pq_string_from(path), error) != NULL;
}

static bool pass_over(const struct pq_error *trouble, void *context)
{
	struct search *search = context;
	search->failed |= !add_noted(search, shown_path(search, trouble->path),
				     CHECK_INPUT_UNREADABLE, trouble->message);
	return !search->failed;
}

/* What is no file and no folder can be read once only: a pipe, the shell's <(…). */
static bool add_spooled(struct search *search, const char *path)
{
	bool is_first;
	if (!note_path(search, path, &is_first))
		return false;
	if (!is_first)
		return true;
	struct check_input *input = add(search->inputs, pq_string_from(path), search->error);
	return input != NULL && check_spool(path, &input->spool, search->error);
}

static bool is_once_only(const char *path)
{
	struct stat facts;
	if (strcmp(path, "-") == 0)
		return true;
	return stat(path, &facts) == 0 && !S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode);
}

static void walk_init(struct pq_walk *folders)
{
	*folders = (struct pq_walk){
		.is_wanted = is_wanted,
		.visit = visit,
		.pass_over = pass_over,
	};
	pq_walk_init(folders);
}

static bool walk(struct search *search, struct pq_walk *folders, const char *path)
{
	folders->context = search;
	return pq_walk_path(folders, path, search->error) && !search->failed;
}

/* Through folders that other patterns have led through, too. */
static bool walk_pattern(struct search *search, const char *folder)
{
	PQ_CLEANUP(pq_walk_done) struct pq_walk folders;
	walk_init(&folders);
	return walk(search, &folders, folder) &&
	       (search->has_found ||
		add_with_note(search->inputs, search->pattern.data, CHECK_INPUT_UNREADABLE,
			      "no manifest has such a name", search->error));
}

/* The folder in which a pattern's first character that is one stands. */
static const char *folder_of_pattern(struct pq_arena *arena, const char *pattern)
{
	size_t end = strcspn(pattern, "*?[\\");
	while (end > 0 && pattern[end - 1] != '/')
		end--;
	if (end == 0)
		return ".";
	return pq_arena_copy(arena,
			     pq_string_slice(pq_string_from(pattern), 0, end > 1 ? end - 1 : end))
		.data;
}

static bool find(struct search *search, struct pq_walk *folders, const char *path)
{
	struct pq_string text = pq_string_from(path);
	if (is_once_only(path))
		return add_spooled(search, path);
	if (pq_glob_is_pattern(text) && access(path, F_OK) != 0) {
		const char *folder = folder_of_pattern(&search->inputs->arena, path);
		search->pattern = text;
		return folder == NULL ? out_of_memory(search->error) : walk_pattern(search, folder);
	}
	struct stat facts;
	bool is_folder = stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
	if (!is_not_ignored(search, path, is_folder))
		return !search->failed;
	return walk(search, folders, path);
}

bool check_inputs_find(struct check_inputs *inputs, const char *const *paths, size_t count,
		       struct pq_error *error)
{
	PQ_CLEANUP(pq_walk_done) struct pq_walk folders;
	pq_cleanup_map struct pq_map before;
	bool fine = true;
	walk_init(&folders);
	pq_map_init(&before);
	for (size_t i = 0; fine && i < count; i++) {
		struct search search = {
			.inputs = inputs,
			.before = count > 1 ? &before : NULL,
			.error = error,
		};
		fine = find(&search, &folders, paths[i]);
	}
	return fine;
}

bool check_inputs_add(struct check_inputs *inputs, struct pq_string path, struct pq_error *error)
{
	return add(inputs, path, error) != NULL;
}
