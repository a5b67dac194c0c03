#include "check/template.h"

#include "yaml/read.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum { TEMPLATE_MEMORY_MAX = 256 << 20 }; /* bytes that reading one may take */

/* Whether a file is in a folder of templates beside a chart's own file. */
static bool is_in_chart(struct pq_string file)
{
	static const struct pq_string templates = PQ_LITERAL("templates/");
	char chart[PATH_MAX];
	for (size_t at = 0; at + templates.length < file.length; at++) {
		struct pq_string rest = pq_string_slice(file, at, file.length);
		if ((at > 0 && file.data[at - 1] != '/') || !pq_string_starts_with(rest, templates))
			continue;
		int length = snprintf(chart, sizeof chart, "%.*sChart.yaml", (int)at, file.data);
		if (length > 0 && (size_t)length < sizeof chart && access(chart, F_OK) == 0)
			return true;
	}
	return false;
}

static bool has_actions(struct pq_string text)
{
	const char *start = memmem(text.data, text.length, "{{", 2);
	return start != NULL &&
	       memmem(start, text.length - (size_t)(start - text.data), "}}", 2) != NULL;
}

/* Whether nothing but white space and other actions stand in the line beside an action. */
static bool stands_alone(struct pq_string text, size_t start, size_t end)
{
	while (start > 0 && memchr(" \t", text.data[start - 1], 2) != NULL)
		start--;
	while (end < text.length && memchr(" \t\r", text.data[end], 3) != NULL)
		end++;
	return (start == 0 || text.data[start - 1] == '\n') &&
	       (end == text.length || text.data[end] == '\n');
}

/* Writes a text without its actions: one that has a line for itself leaves an empty line, another
 * one a word. False when an action has no end. */
static bool take_actions_out(struct pq_string text, char *plain)
{
	memcpy(plain, text.data, text.length);
	for (size_t at = 0; at < text.length;) {
		const char *found = memmem(text.data + at, text.length - at, "{{", 2);
		if (found == NULL)
			return true;
		size_t start = (size_t)(found - text.data);
		found = memmem(found, text.length - start, "}}", 2);
		if (found == NULL)
			return false;
		size_t end = (size_t)(found - text.data) + 2;
		char filler = stands_alone(text, start, end) ? ' ' : 'x';
		for (size_t i = start; i < end; i++) {
			if (text.data[i] != '\n')
				plain[i] = filler;
		}
		at = end;
	}
	return true;
}

static bool can_be_read_without_actions(struct pq_string text)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value value;
	struct pq_error error;
	pq_arena_init(&arena, TEMPLATE_MEMORY_MAX);
	struct pq_findings duplicates;
	pq_findings_init(&duplicates, &arena, 1);
	const struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON,
						 .findings = &duplicates };
	char *plain = pq_arena_alloc_bytes(&arena, text.length);
	if (plain == NULL || !take_actions_out(text, plain))
		return false;
	const struct pq_string read = { .data = plain, .length = text.length };
	return pq_yaml_read(&arena, read, &options, &value, &error);
}

bool check_is_template(const struct check_source *source, bool is_yaml)
{
	if (is_in_chart(source->file))
		return has_actions(source->text);
	return !is_yaml && has_actions(source->text) && can_be_read_without_actions(source->text);
}
