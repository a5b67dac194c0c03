/* The policy of a test's group: a CRD and its ConversionRules, in which ' stands for ". */
#ifndef PQ_TEST_CONVERSION_POLICY_H
#define PQ_TEST_CONVERSION_POLICY_H

#include "policy/policy.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void unquote(struct pq_buffer *text)
{
	for (size_t i = 0; i < text->length; i++) {
		if (text->data[i] == '\'')
			text->data[i] = '"';
	}
}

static void add_document(struct pq_policy_builder *builder, const char *document_text)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_buffer text;
	struct pq_value document;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&text, &arena, 0);
	pq_buffer_append_text(&text, document_text);
	unquote(&text);
	assert_true(pq_json_read_copy(&arena, pq_buffer_view(&text), NULL, &document, &error));
	if (pq_policy_builder_add(builder, &document, PQ_S("test"), pq_buffer_view(&text),
				  &error) != PQ_POLICY_ADDED)
		fail_msg("%s", error.message);
}

static int make_policy_of(const char *crd, const char *rules, void **state)
{
	struct pq_policy_builder *builder = pq_policy_builder_new();
	add_document(builder, crd);
	add_document(builder, rules);
	*state = (void *)(uintptr_t)pq_policy_builder_finish(builder);
	pq_policy_builder_free(builder);
	return 0;
}

static int drop_policy(void **state)
{
	pq_policy_unref(*state);
	return 0;
}

#endif
