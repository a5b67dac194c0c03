#include "check/split.h"

#include "base/utf8.h"

/* Whether a line begins with a marker of three bytes: more text may stand behind it only after
 * white space. */
static bool is_marker(struct pq_string line, const char *marker)
{
	return line.length >= 3 && memcmp(line.data, marker, 3) == 0 &&
	       (line.length == 3 || memchr(" \t\r\n", line.data[3], 4) != NULL);
}

/* The first line with its line break. */
static struct pq_string first_line(struct pq_string text)
{
	ptrdiff_t end = pq_string_find_byte(text, '\n');
	return end < 0 ? text : pq_string_slice(text, 0, (size_t)end + 1);
}

static bool is_content(struct pq_string line)
{
	struct pq_string text = pq_string_trim(line);
	return text.length > 0 && text.data[0] != '#' && line.data[0] != '%';
}

bool check_split_yaml(struct pq_string *rest, struct pq_string *document)
{
	struct pq_string text = *rest, line;
	size_t at = text.length - pq_utf8_skip_mark(text).length;
	bool has_content = false;
	for (; at < text.length; at += line.length) {
		line = first_line(pq_string_slice(text, at, text.length));
		char first = line.data[0];
		if (first == '-' && is_marker(line, "---")) {
			if (has_content)
				break;
			has_content = true;
		} else if (first == '.' && has_content && is_marker(line, "...")) {
			at += line.length;
			break;
		} else if (!has_content) {
			has_content = is_content(line);
		}
	}
	*document = pq_string_slice(text, 0, at);
	*rest = pq_string_slice(text, at, text.length);
	return at > 0;
}

struct pq_string check_find_head(struct pq_string document)
{
	struct pq_string line;
	size_t at = document.length - pq_utf8_skip_mark(document).length;
	for (; at < document.length; at += line.length) {
		line = first_line(pq_string_slice(document, at, document.length));
		if (is_content(line) && !is_marker(line, "---"))
			break;
	}
	return pq_string_slice(document, 0, at);
}

/* Index behind the value that begins at the first byte, which is a bracket. */
static size_t end_of_value(struct pq_string text)
{
	size_t depth = 0;
	bool is_quoted = false;
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.data[i];
		if (is_quoted) {
			i += byte == '\\';
			is_quoted = byte != '"';
		} else if (byte == '"') {
			is_quoted = true;
		} else if (byte == '{' || byte == '[') {
			depth++;
		} else if ((byte == '}' || byte == ']') && --depth == 0) {
			return i + 1;
		}
	}
	return text.length;
}

bool check_split_json(struct pq_string *rest, struct pq_string *document)
{
	struct pq_string text = *rest;
	size_t start = 0, end = text.length;
	while (start < text.length && memchr(" \t\r\n", text.data[start], 4) != NULL)
		start++;
	if (start == text.length)
		return false;
	if (text.data[start] == '{' || text.data[start] == '[')
		end = start + end_of_value(pq_string_slice(text, start, text.length));
	*document = pq_string_slice(text, 0, end);
	*rest = pq_string_slice(text, end, text.length);
	return true;
}

size_t check_count_lines(struct pq_string text)
{
	size_t lines = 0;
	for (size_t i = 0; i < text.length; i++)
		lines += text.data[i] == '\n';
	return lines;
}
