#include "check/comments.h"

/* What stands behind the last "#" that begins a comment with a word. Inside of a quoted string it
 * may be none, but such a string would have to hold the very words. */
static bool find_comment(struct pq_string line, struct pq_string word, struct pq_string *behind)
{
	for (size_t at = line.length; at-- > 0;) {
		if (line.data[at] != '#' ||
		    (at > 0 && line.data[at - 1] != ' ' && line.data[at - 1] != '\t'))
			continue;
		struct pq_string comment =
			pq_string_trim(pq_string_slice(line, at + 1, line.length));
		if (!pq_string_starts_with(comment, word))
			continue;
		*behind = pq_string_trim(pq_string_slice(comment, word.length, comment.length));
		return true;
	}
	return false;
}

struct pq_string check_find_source_comment(struct pq_string head)
{
	struct pq_string line, file;
	while (pq_string_split(&head, '\n', &line)) {
		if (find_comment(line, PQ_S("Source: "), &file))
			return file;
	}
	return PQ_S("");
}

/* Whether a text begins with a word, and what stands behind it, with or without a colon. */
static bool take_word(struct pq_string text, struct pq_string word, struct pq_string *behind)
{
	struct pq_string rest = pq_string_slice(text, word.length, text.length);
	if (!pq_string_starts_with(text, word) ||
	    (rest.length > 0 && memchr(" \t:", rest.data[0], 3) == NULL))
		return false;
	bool has_colon = pq_string_starts_with(rest, PQ_S(":"));
	*behind = pq_string_trim(pq_string_slice(rest, has_colon, rest.length));
	return true;
}

bool check_find_ignore_comment(struct pq_string lines, struct pq_string *reason)
{
	struct pq_string line, asked;
	while (pq_string_split(&lines, '\n', &line)) {
		if (find_comment(line, PQ_S("pratique:"), &asked) &&
		    take_word(asked, PQ_S("ignore"), reason))
			return true;
	}
	return false;
}

static struct pq_string line_at(struct pq_string text, size_t offset)
{
	size_t start = offset, end = offset;
	while (start > 0 && text.data[start - 1] != '\n')
		start--;
	while (end < text.length && text.data[end] != '\n')
		end++;
	return pq_string_slice(text, start, end - start);
}

bool check_is_ignored_at(struct pq_string text, size_t offset, struct pq_string *reason)
{
	struct pq_string line = line_at(text, offset);
	size_t start = (size_t)(line.data - text.data);
	if (check_find_ignore_comment(line, reason))
		return true;
	if (start == 0)
		return false;
	struct pq_string above = line_at(text, start - 1);
	return pq_string_starts_with(pq_string_trim(above), PQ_S("#")) &&
	       check_find_ignore_comment(above, reason);
}
