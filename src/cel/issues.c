#include "cel/issues.h"

#include "base/utf8.h"

/* Line counted from 1, column from 0 and in characters, as cel-go counts them. */
struct location {
	long line;
	long column;
	struct pq_string snippet; /* the whole line, without its end */
};

void pq_cel_issues_init(struct pq_cel_issues *issues, struct pq_arena *arena, struct pq_string text)
{
	*issues = (struct pq_cel_issues){ .arena = arena, .text = text };
}

void pq_cel_issues_add(struct pq_cel_issues *issues, uint32_t offset, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	pq_cel_issues_add_list(issues, offset, format, arguments);
	va_end(arguments);
}

void pq_cel_issues_add_list(struct pq_cel_issues *issues, uint32_t offset, const char *format,
			    va_list arguments)
{
	issues->reported++;
	if (issues->count == PQ_CEL_ISSUES_MAX)
		return;
	if (issues->items == NULL)
		issues->items = pq_arena_alloc_array(issues->arena, PQ_CEL_ISSUES_MAX,
						     sizeof *issues->items);
	if (issues->items == NULL)
		return;
	struct pq_string message = pq_arena_format_list(issues->arena, format, arguments);
	if (message.data != NULL)
		issues->items[issues->count++] =
			(struct pq_cel_issue){ .offset = offset, .message = message };
}

void pq_cel_issues_cut(struct pq_cel_issues *issues, size_t count)
{
	issues->reported = count;
	if (issues->count > count)
		issues->count = count;
}

static struct location locate(struct pq_string text, uint32_t offset)
{
	if (offset == PQ_CEL_NOWHERE)
		return (struct location){ .line = -1, .column = -1 };
	/* The end of an empty text is before its start. */
	bool is_before = offset == PQ_CEL_BEFORE_START || text.length == 0;
	if (is_before)
		offset = 0;
	size_t start = 0, end = text.length;
	long line = 1;
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] != '\n')
			continue;
		if (i >= offset) {
			end = i;
			break;
		}
		start = i + 1;
		line++;
	}
	return (struct location){
		.line = line,
		.column = (long)pq_utf8_count(pq_string_slice(text, start, offset - start)) -
			  is_before,
		.snippet = pq_string_slice(text, start, end - start),
	};
}

/* The line with tabs as spaces; bytes that are no UTF-8 as the characters cel-go takes them for. */
static void write_snippet(struct pq_buffer *buffer, struct pq_string snippet)
{
	char bytes[PQ_UTF8_BYTES_MAX];
	size_t width;
	for (size_t at = 0; at < snippet.length; at += width) {
		uint32_t character = pq_utf8_decode(pq_string_slice(snippet, at, SIZE_MAX), &width);
		pq_buffer_append(buffer, bytes,
				 pq_utf8_encode(character == '\t' ? ' ' : character, bytes));
	}
}

/* A dot for each character before the place and a mark below it, wide ones under what is not
 * ASCII. */
static void write_mark(struct pq_buffer *buffer, struct location location)
{
	struct pq_string rest = location.snippet;
	for (long i = 0;; i++) {
		bool is_mark = i >= location.column || rest.length == 0;
		size_t width = 0;
		bool is_wide = rest.length > 0 && pq_utf8_decode(rest, &width) > 0x7F;
		if (is_mark) {
			pq_buffer_append_text(buffer, is_wide ? "\uff3e" : "^");
			return;
		}
		pq_buffer_append_text(buffer, is_wide ? "\uff0e" : ".");
		rest = pq_string_slice(rest, width, SIZE_MAX);
	}
}

static void write_issue(struct pq_buffer *buffer, struct pq_string text,
			const struct pq_cel_issue *issue)
{
	struct location location = locate(text, issue->offset);
	pq_buffer_append_format(buffer, "ERROR: <input>:%ld:%ld: ", location.line,
				location.column + 1);
	pq_buffer_append_string(buffer, issue->message);
	if (location.line < 0 || text.length == 0 || location.snippet.length > PQ_CEL_SNIPPET_MAX)
		return;
	pq_buffer_append_text(buffer, "\n | ");
	write_snippet(buffer, location.snippet);
	pq_buffer_append_text(buffer, "\n | ");
	write_mark(buffer, location);
}

/* Those of the whole come first, then those before the start: adding two wraps. */
static uint32_t rank(const struct pq_cel_issue *issue)
{
	return issue->offset + 2;
}

/* By place; those of one place stay in the order they came. */
static void sort(struct pq_cel_issue *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct pq_cel_issue item = items[i];
		size_t at = i;
		while (at > 0 && rank(&items[at - 1]) > rank(&item)) {
			items[at] = items[at - 1];
			at--;
		}
		items[at] = item;
	}
}

struct pq_string pq_cel_issues_format(const struct pq_cel_issues *issues, struct pq_arena *arena)
{
	struct pq_buffer buffer;
	struct pq_cel_issue sorted[PQ_CEL_ISSUES_MAX];
	if (issues->count > 0)
		memcpy(sorted, issues->items, issues->count * sizeof *sorted);
	sort(sorted, issues->count);
	pq_buffer_init_in(&buffer, arena, 0);
	for (size_t i = 0; i < issues->count; i++) {
		if (i > 0)
			pq_buffer_append_byte(&buffer, '\n');
		write_issue(&buffer, issues->text, &sorted[i]);
	}
	if (issues->reported > PQ_CEL_ISSUES_MAX)
		pq_buffer_append_format(&buffer, "\n%zu more errors were truncated",
					issues->reported - PQ_CEL_ISSUES_MAX);
	if (pq_buffer_failed(&buffer))
		return (struct pq_string){ 0 };
	return pq_buffer_view(&buffer);
}
