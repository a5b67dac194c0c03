/* Replays what Go answered to certificates, bundles of them, base64 and URLs (tests/data/formats).
 */
#include "base/base64.h"
#include "base/character.h"
#include "formats/certificate.h"
#include "formats/pem.h"
#include "formats/uri.h"
#include "harness/recorded.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void answer_url(struct pq_string text, struct pq_buffer *answer)
{
	struct pq_uri uri;
	struct pq_uri_fault fault;
	if (pq_uri_parse(text, &uri, &fault)) {
		pq_buffer_append_text(answer, "ok");
		return;
	}
	/* Behind "parse "x": ". */
	pq_cleanup_buffer struct pq_buffer written, start;
	pq_buffer_init(&written, 0);
	pq_buffer_init(&start, 0);
	pq_uri_write_fault(&written, &fault);
	pq_go_quote(&start, fault.text);
	size_t length = strlen("parse ") + start.length + strlen(": ");
	pq_buffer_append_string(answer,
				pq_string_slice(pq_buffer_view(&written), length, SIZE_MAX));
}

static void answer_base64(struct pq_string text, struct pq_buffer *answer)
{
	size_t at;
	bool good = pq_base64_check(text, &at);
	pq_buffer_append_format(answer, "%d", good ? -1 : (int)at);
}

static const char *certificate_answer(struct pq_string der)
{
	const char *problem = pq_certificate_problem(der);
	return problem == NULL ? "ok" : problem;
}

static void answer_certificate(struct pq_string text, struct pq_buffer *answer)
{
	struct pq_buffer der;
	pq_buffer_init(&der, 0);
	for (size_t i = 0; i + 1 < text.length; i += 2)
		pq_buffer_append_byte(&der, (char)(pq_hexadecimal_value(text.data[i]) << 4 |
						   pq_hexadecimal_value(text.data[i + 1])));
	pq_buffer_append_text(answer, certificate_answer(pq_buffer_view(&der)));
	pq_buffer_done(&der);
}

static void answer_bundle(struct pq_string text, struct pq_buffer *answer)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_pem_block block;
	const char *first = NULL;
	pq_arena_init(&arena, 0);
	while (pq_pem_next_block(&arena, &text, &block)) {
		if (!pq_string_is(block.type, "CERTIFICATE") || block.has_headers)
			continue;
		const char *problem = pq_certificate_problem(block.bytes);
		if (problem == NULL) {
			pq_buffer_append_text(answer, "ok");
			return;
		}
		first = first == NULL ? problem : first;
	}
	if (first != NULL)
		pq_buffer_append_format(answer, "failed to parse certificate: %s", first);
	else
		pq_buffer_append_text(answer, text.length > 0
						      ? "unable to parse bytes as PEM block"
						      : "no valid certificate authority data seen");
}

static void answer_question(struct pq_string what, struct pq_string text, struct pq_buffer *answer)
{
	if (pq_string_is(what, "url"))
		answer_url(text, answer);
	else if (pq_string_is(what, "base64"))
		answer_base64(text, answer);
	else if (pq_string_is(what, "certificate"))
		answer_certificate(text, answer);
	else
		answer_bundle(text, answer);
}

static void test_recorded(void **state)
{
	(void)state;
	test_recorded_replay("data/formats/certificates.tsv", 200, answer_question);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_recorded) };
	return cmocka_run_group_tests_name("formats/certificate", tests, NULL, NULL);
}
