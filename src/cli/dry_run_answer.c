#include "cli/dry_run_answer.h"

#include "cli/command.h"
#include "registry/warning.h"
#include "yaml/write.h"
#include "json/read.h"
#include "json/shown.h"
#include "json/write.h"

#include <stdio.h>

static bool print_warnings(struct pq_arena *arena, const struct pq_resource_outcome *outcome)
{
	struct pq_string *sent;
	size_t count;
	if (!pq_warnings_send(arena, outcome->warnings, outcome->warning_count, &sent, &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		pq_cleanup_buffer struct pq_buffer text;
		pq_buffer_init(&text, 0);
		pq_shown_append(&text, sent[i]);
		fprintf(stderr, "Warning: %.*s\n", PQ_STRING_ARGUMENT(pq_buffer_view(&text)));
	}
	return true;
}

/* The object with its keys in order, the Status as the server writes it. */
static bool read_back(struct pq_arena *arena, const struct pq_resource_outcome *outcome,
		      struct pq_value *answer)
{
	pq_cleanup_buffer struct pq_buffer text;
	struct pq_error error;
	pq_buffer_init(&text, 0);
	if (outcome->status.code == 0)
		pq_json_write(&text, &outcome->object, PQ_JSON_SORT_KEYS);
	else
		pq_status_write(&text, &outcome->status, false);
	return !pq_buffer_failed(&text) &&
	       pq_json_read_copy(arena, pq_buffer_view(&text), NULL, answer, &error);
}

static void write_answer(struct pq_arena *arena, const struct pq_resource_outcome *outcome,
			 enum dry_run_output output, struct pq_buffer *text)
{
	struct pq_value answer;
	if (outcome->status.code == 0 && output == DRY_RUN_JSON)
		pq_json_write(text, &outcome->object, PQ_JSON_SORT_KEYS | PQ_JSON_INDENT);
	else if (!read_back(arena, outcome, &answer))
		text->failed = true;
	else if (output == DRY_RUN_JSON)
		pq_json_write(text, &answer, PQ_JSON_INDENT);
	else
		pq_yaml_write(text, &answer);
	if (output == DRY_RUN_JSON)
		pq_buffer_append_byte(text, '\n');
}

int dry_run_print(struct pq_arena *arena, const struct pq_resource_outcome *outcome,
		  enum dry_run_output output)
{
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	if (print_warnings(arena, outcome))
		write_answer(arena, outcome, output, &text);
	else
		text.failed = true;
	int code = pq_command_print(&text);
	return code != PQ_EXIT_OK || outcome->status.code == 0 ? code : PQ_EXIT_FINDINGS;
}
