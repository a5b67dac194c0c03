#include "report/excerpt.h"

#include "base/columns.h"
#include "base/utf8.h"
#include "json/shown.h"

#include <stdio.h>

#define ELLIPSIS "…"

enum {
	TAB_COLUMNS = 4,
	BESIDE_COLUMNS = 10, /* the number, the bar, what stands for the parts cut off */
	SHOWN_COLUMNS_MIN = 20,
};

static bool is_inside_character(struct pq_string text, size_t at)
{
	return at < text.length && ((unsigned char)text.data[at] & 0xC0) == 0x80;
}

/* What of the line stands before the place; *is_cut when there is more than is looked at. */
static struct pq_string part_before(struct pq_string text, size_t offset, bool *is_cut)
{
	size_t start = offset;
	while (start > 0 && text.data[start - 1] != '\n' &&
	       offset - start < PQ_REPORT_EXCERPT_BYTES_MAX)
		start--;
	*is_cut = start > 0 && text.data[start - 1] != '\n';
	while (start < offset && *is_cut && is_inside_character(text, start))
		start++;
	return pq_string_slice(text, start, offset - start);
}

static struct pq_string part_behind(struct pq_string text, size_t offset, bool *is_cut)
{
	size_t end = offset;
	while (end < text.length && text.data[end] != '\n' &&
	       end - offset < PQ_REPORT_EXCERPT_BYTES_MAX)
		end++;
	*is_cut = end < text.length && text.data[end] != '\n';
	while (end > offset && *is_cut && is_inside_character(text, end))
		end--;
	struct pq_string part = pq_string_slice(text, offset, end - offset);
	if (!*is_cut && pq_string_ends_with(part, PQ_S("\r")))
		part.length--;
	return part;
}

/* For a terminal: tabs as spaces, the rest escaped where it must be. */
static void show(struct pq_buffer *shown, struct pq_string part)
{
	struct pq_string piece;
	for (bool is_first = true; pq_string_split(&part, '\t', &piece); is_first = false) {
		if (!is_first)
			pq_buffer_append_format(shown, "%*s", TAB_COLUMNS, "");
		pq_shown_append(shown, piece);
	}
}

/* Without its first characters until it takes at most columns. */
static struct pq_string keep_end(struct pq_string text, size_t columns, bool *is_cut)
{
	size_t taken = pq_columns_of_text(text), width;
	while (taken > columns) {
		taken -= pq_columns_of_character(pq_utf8_decode(text, &width));
		text = pq_string_slice(text, width, text.length);
		*is_cut = true;
	}
	return text;
}

static struct pq_string keep_start(struct pq_string text, size_t columns, bool *is_cut)
{
	size_t taken = 0, at = 0, width = 0;
	for (; at < text.length; at += width) {
		taken += pq_columns_of_character(
			pq_utf8_decode(pq_string_slice(text, at, text.length), &width));
		if (taken > columns) {
			*is_cut = true;
			break;
		}
	}
	return pq_string_slice(text, 0, at);
}

/* How many columns of the line stand before the place and how many from it on. */
static void divide(size_t columns, size_t before, size_t behind, size_t *shown_before,
		   size_t *shown_behind)
{
	size_t half = columns / 2;
	*shown_before = before < half || behind > half ? half : columns - behind;
	if (before < *shown_before)
		*shown_before = before;
	*shown_behind = columns - *shown_before;
}

void report_write_excerpt(struct pq_buffer *out, const struct report_excerpt *excerpt)
{
	bool cut_before, cut_behind;
	pq_cleanup_buffer struct pq_buffer left, right;
	pq_buffer_init(&left, 0);
	pq_buffer_init(&right, 0);
	show(&left, part_before(excerpt->text, excerpt->offset, &cut_before));
	show(&right, part_behind(excerpt->text, excerpt->offset, &cut_behind));
	struct pq_string before = pq_buffer_view(&left), behind = pq_buffer_view(&right);
	size_t columns = excerpt->columns > BESIDE_COLUMNS + SHOWN_COLUMNS_MIN
				 ? excerpt->columns - BESIDE_COLUMNS
				 : SHOWN_COLUMNS_MIN;
	size_t shown_before, shown_behind;
	divide(columns, pq_columns_of_text(before), pq_columns_of_text(behind), &shown_before,
	       &shown_behind);
	before = keep_end(before, shown_before, &cut_before);
	behind = keep_start(behind, shown_behind, &cut_behind);
	int digits = snprintf(NULL, 0, "%5u", excerpt->line);
	pq_buffer_append_format(out, "%5u | %s%.*s%.*s%s\n", excerpt->line,
				cut_before ? ELLIPSIS : "", PQ_STRING_ARGUMENT(before),
				PQ_STRING_ARGUMENT(behind), cut_behind ? ELLIPSIS : "");
	pq_buffer_append_format(out, "%*s | %*s%s^%s\n", digits, "",
				(int)pq_columns_of_text(before) + cut_before, "", excerpt->colour,
				excerpt->plain);
	out->failed |= pq_buffer_failed(&left) || pq_buffer_failed(&right);
}
