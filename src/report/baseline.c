#include "report/baseline.h"

#include "base/map.h"
#include "base/utf8.h"
#include "json/read.h"

#include <stdlib.h>

struct pq_report_baseline {
	struct pq_arena arena;
	struct pq_map left; /* from a finding's identity to how often it is still known: size_t */
	size_t known;
	size_t gone;
};

enum { IDENTITY_PARTS = 6 };

/* JSON has U+FFFD for what is no UTF-8, so that this is how it is compared; a byte that stands in
 * no text ends each part. */
static void write_identity(struct pq_buffer *identity, const struct pq_string parts[IDENTITY_PARTS])
{
	for (size_t i = 0; i < IDENTITY_PARTS; i++) {
		struct pq_string rest = parts[i];
		while (rest.length > 0) {
			size_t valid = pq_utf8_find_invalid(rest);
			pq_buffer_append_string(identity, pq_string_slice(rest, 0, valid));
			pq_buffer_append_text(identity, valid < rest.length ? "\uFFFD" : "");
			rest = pq_string_slice(rest, valid + 1, rest.length);
		}
		pq_buffer_append_byte(identity, '\xFF');
	}
}

static bool add(struct pq_report_baseline *baseline, const struct pq_value *document,
		const struct pq_value *finding)
{
	const struct pq_string parts[IDENTITY_PARTS] = {
		pq_value_find_string(document, PQ_S("kind")),
		pq_value_find_string(document, PQ_S("namespace")),
		pq_value_find_string(document, PQ_S("name")),
		pq_value_find_string(finding, PQ_S("path")),
		pq_value_find_string(finding, PQ_S("reason")),
		pq_value_find_string(finding, PQ_S("message")),
	};
	pq_cleanup_buffer struct pq_buffer identity;
	pq_buffer_init(&identity, 0);
	write_identity(&identity, parts);
	if (pq_buffer_failed(&identity))
		return false;
	size_t *left = pq_map_find(&baseline->left, pq_buffer_view(&identity));
	if (left == NULL) {
		left = pq_arena_alloc(&baseline->arena, sizeof *left);
		if (left == NULL ||
		    !pq_map_put(&baseline->left, pq_buffer_view(&identity), left, NULL))
			return false;
	}
	(*left)++;
	baseline->gone++;
	return true;
}

static bool add_document(struct pq_report_baseline *baseline, const struct pq_value *document)
{
	const struct pq_value *findings = pq_value_find(document, PQ_S("findings"));
	if (pq_string_is(pq_value_find_string(document, PQ_S("verdict")),
			 pq_check_verdict_name(PQ_CHECK_UNREADABLE)))
		return true;
	for (size_t i = 0; findings != NULL && findings->kind == PQ_ARRAY && i < findings->length;
	     i++) {
		if (!add(baseline, document, &findings->items[i]))
			return false;
	}
	return true;
}

static bool read_baseline(struct pq_report_baseline *baseline, struct pq_string text,
			  struct pq_error *error)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value report;
	pq_arena_init(&arena, 0);
	if (!pq_json_read(&arena, text, NULL, &report, error)) {
		pq_error_add_advice(error, "`pratique check -o json` writes a baseline");
		return false;
	}
	const struct pq_value *documents = pq_value_find(&report, PQ_S("documents"));
	if (documents == NULL || documents->kind != PQ_ARRAY)
		return pq_error_set(error, PQ_ERROR_INVALID,
				    "not a baseline: it has no \"documents\"; `pratique check -o "
				    "json` writes one");
	for (size_t i = 0; i < documents->length; i++) {
		if (!add_document(baseline, &documents->items[i]))
			return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for the baseline");
	}
	return true;
}

struct pq_report_baseline *pq_report_baseline_new(struct pq_string text, struct pq_error *error)
{
	struct pq_report_baseline *baseline = calloc(1, sizeof *baseline);
	if (baseline == NULL) {
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for the baseline");
		return NULL;
	}
	pq_arena_init(&baseline->arena, 0);
	pq_map_init(&baseline->left);
	if (read_baseline(baseline, text, error))
		return baseline;
	pq_report_baseline_free(baseline);
	return NULL;
}

void pq_report_baseline_free(struct pq_report_baseline *baseline)
{
	if (baseline == NULL)
		return;
	pq_map_done(&baseline->left);
	pq_arena_done(&baseline->arena);
	free(baseline);
}

bool pq_report_baseline_knows(struct pq_report_baseline *baseline,
			      const struct pq_check_outcome *outcome,
			      const struct pq_check_finding *finding)
{
	const struct pq_string parts[IDENTITY_PARTS] = {
		outcome->kind,  outcome->namespace, outcome->name,
		finding->field, finding->reason,    finding->message,
	};
	if (outcome->verdict == PQ_CHECK_UNREADABLE)
		return false;
	pq_cleanup_buffer struct pq_buffer identity;
	pq_buffer_init(&identity, 0);
	write_identity(&identity, parts);
	size_t *left = pq_buffer_failed(&identity)
			       ? NULL
			       : pq_map_find(&baseline->left, pq_buffer_view(&identity));
	if (left == NULL || *left == 0)
		return false;
	(*left)--;
	baseline->known++;
	baseline->gone--;
	return true;
}

size_t pq_report_baseline_known(const struct pq_report_baseline *baseline)
{
	return baseline->known;
}

size_t pq_report_baseline_gone(const struct pq_report_baseline *baseline)
{
	return baseline->gone;
}
