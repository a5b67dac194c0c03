#include "check/ignore.h"

#include "base/file.h"
#include "base/glob.h"
#include "check/path.h"

struct rule {
	struct pq_string pattern;
	const char *name; /* "FILE:LINE" */
	bool is_negated;
	bool is_for_folders;
	bool is_anchored; /* to the folder; else it is for names wherever they stand */
};

struct ignore_file {
	struct rule *rules;
	size_t count;
};

void check_ignores_init(struct check_ignores *ignores)
{
	pq_map_init(&ignores->files);
	pq_arena_init(&ignores->arena, 0);
}

void check_ignores_done(struct check_ignores *ignores)
{
	pq_map_done(&ignores->files);
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

static bool parse_file(struct pq_arena *arena, const char *path, struct pq_string text,
		       struct ignore_file *file)
{
	struct pq_string line;
	file->rules = pq_arena_alloc_array(arena, count_lines(text), sizeof *file->rules);
	if (file->rules == NULL)
		return false;
	for (unsigned number = 1; pq_string_split(&text, '\n', &line); number++) {
		struct rule *rule = &file->rules[file->count];
		if (!parse_rule(line, rule))
			continue;
		rule->name = pq_arena_format(arena, "%s:%u", path, number).data;
		if (rule->name == NULL)
			return false;
		file->count++;
	}
	return true;
}

/* A folder that has no file of rules is like one whose file is empty. */
static bool read_file(struct pq_arena *arena, const char *path, struct ignore_file *file,
		      struct pq_error *error)
{
	struct pq_buffer text;
	struct pq_error reason;
	pq_buffer_init_in(&text, arena, PQ_CHECK_IGNORE_BYTES_MAX);
	if (pq_file_read(path, &text, &reason))
		return parse_file(arena, path, pq_buffer_view(&text), file) || out_of_memory(error);
	if (reason.code == PQ_ERROR_NOT_FOUND)
		return true;
	*error = reason;
	return false;
}

/* The rules in a folder; "" is the working directory. */
static bool find_file(struct check_ignores *ignores, struct pq_string folder,
		      const struct ignore_file **found, struct pq_error *error)
{
	struct ignore_file *file = pq_map_find(&ignores->files, folder);
	if (file == NULL) {
		bool needs_slash = folder.length > 0 && folder.data[folder.length - 1] != '/';
		struct pq_string path =
			pq_arena_format(&ignores->arena, "%.*s%s.pratiqueignore",
					PQ_STRING_ARGUMENT(folder), needs_slash ? "/" : "");
		file = pq_arena_alloc(&ignores->arena, sizeof *file);
		if (path.data == NULL || file == NULL)
			return out_of_memory(error);
		if (!read_file(&ignores->arena, path.data, file, error))
			return false;
		if (!pq_map_put(&ignores->files, folder, file, NULL))
			return out_of_memory(error);
	}
	*found = file;
	return true;
}

/* What the last rule that matches says; path is relative to the file's folder. */
static void apply(const struct ignore_file *file, struct pq_string path, bool is_folder,
		  const struct rule **last)
{
	struct pq_string name = check_path_name(path);
	for (size_t i = 0; i < file->count; i++) {
		const struct rule *rule = &file->rules[i];
		if ((is_folder || !rule->is_for_folders) &&
		    pq_glob_match(rule->pattern, rule->is_anchored ? path : name))
			*last = rule;
	}
}

/* Asks the files of all folders on the way, the outermost first, about one path. */
static bool find_rule(struct check_ignores *ignores, struct pq_string path, size_t start,
		      bool is_folder, const struct rule **last, struct pq_error *error)
{
	for (size_t at = start;;) {
		const struct ignore_file *file = NULL;
		struct pq_string rest = pq_string_slice(path, at, path.length);
		if (!find_file(ignores, pq_string_slice(path, 0, at), &file, error))
			return false;
		apply(file, rest, is_folder, last);
		ptrdiff_t slash = pq_string_find_byte(rest, '/');
		if (slash < 0)
			return true;
		at += (size_t)slash + 1;
	}
}

/* Where the parts of a path begin that are below what it starts from: nobody ignores "/", "." or
 * "..". */
static size_t first_part(struct pq_string path)
{
	size_t at = 0;
	for (;;) {
		struct pq_string rest = pq_string_slice(path, at, path.length), part = rest;
		ptrdiff_t slash = pq_string_find_byte(rest, '/');
		if (slash >= 0)
			part.length = (size_t)slash;
		if (rest.length == 0 ||
		    (part.length > 0 && !pq_string_is(part, ".") && !pq_string_is(part, "..")))
			return at;
		at += part.length + (slash >= 0);
	}
}

bool check_ignores_find(struct check_ignores *ignores, const char *path, bool is_folder,
			const char **rule, struct pq_error *error)
{
	struct pq_string text = pq_string_from(path);
	size_t start = first_part(text);
	*rule = NULL;
	for (size_t end = start; end < text.length;) {
		const struct rule *last = NULL;
		ptrdiff_t slash = pq_string_find_byte(pq_string_slice(text, end, text.length), '/');
		bool is_last = slash < 0;
		size_t stop = is_last ? text.length : end + (size_t)slash;
		if (!find_rule(ignores, pq_string_slice(text, 0, stop), start,
			       is_folder || !is_last, &last, error))
			return false;
		if (last != NULL && !last->is_negated) {
			*rule = last->name;
			return true;
		}
		end = stop + 1;
	}
	return true;
}
