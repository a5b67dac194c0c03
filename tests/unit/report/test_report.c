/* What each format prints of the same documents. */
#include "report/report.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char source[] = "spec:\n  size: 7\n";

static const struct pq_check_finding findings[] = {
	{ .severity = PQ_CHECK_ERROR,
	  .field = PQ_LITERAL("spec.size"),
	  .reason = PQ_LITERAL("FieldValueInvalid"),
	  .message = PQ_LITERAL("Invalid value: \"<&>\": 50%\nmore"),
	  .line = 2,
	  .column = 9,
	  .offset = 14 },
	{ .severity = PQ_CHECK_WARNING,
	  .reason = PQ_LITERAL(""),
	  .message = PQ_LITERAL("old \x1b[2J"),
	  .line = 1,
	  .column = 1,
	  .offset = 0 },
};

static const struct pq_string warnings[] = { PQ_LITERAL("unknown field \"x\"") };

static const struct pq_status refusal = {
	.code = 422,
	.reason = PQ_LITERAL("Invalid"),
	.message = PQ_LITERAL("no\u202e"),
};

static const struct pq_check_outcome outcomes[] = {
	{ .file = PQ_LITERAL("a,b:c.yaml"),
	  .document = 0,
	  .item = PQ_CHECK_NO_ITEM,
	  .line = 1,
	  .column = 1,
	  .api_version = PQ_LITERAL("example.com/v1"),
	  .kind = PQ_LITERAL("Thing"),
	  .namespace = PQ_LITERAL("team"),
	  .name = PQ_LITERAL("a#1"),
	  .verdict = PQ_CHECK_INVALID,
	  .findings = findings,
	  .finding_count = 2,
	  .findings_dropped = 3,
	  .findings_ignored = 2,
	  .status = &refusal,
	  .warnings = warnings,
	  .warning_count = 1,
	  .text = PQ_LITERAL(source) },
	{ .file = PQ_LITERAL("a,b:c.yaml"),
	  .document = 1,
	  .item = 4,
	  .line = 9,
	  .column = 3,
	  .source = PQ_LITERAL("web/templates/"),
	  .api_version = PQ_LITERAL("v1"),
	  .kind = PQ_LITERAL("Service"),
	  .verdict = PQ_CHECK_VALID },
	{ .file = PQ_LITERAL("values.yaml"),
	  .item = PQ_CHECK_NO_ITEM,
	  .line = 1,
	  .column = 1,
	  .verdict = PQ_CHECK_NOT_A_MANIFEST,
	  .note = PQ_LITERAL("values of a Helm chart") },
	{ .file = PQ_LITERAL("other.yaml"),
	  .item = PQ_CHECK_NO_ITEM,
	  .line = 1,
	  .column = 1,
	  .api_version = PQ_LITERAL("v2"),
	  .kind = PQ_LITERAL("Other\n"),
	  .name = PQ_LITERAL("\xff"),
	  .verdict = PQ_CHECK_UNKNOWN },
};

static const struct pq_check_summary summary = {
	.documents = 4,
	.verdicts = { [PQ_CHECK_VALID] = 1,
		      [PQ_CHECK_INVALID] = 1,
		      [PQ_CHECK_NOT_A_MANIFEST] = 1,
		      [PQ_CHECK_UNKNOWN] = 1 },
	.errors = 4,
	.warnings = 2,
	.ignored = 2,
};

struct printed {
	char *out;
	char *messages;
	struct pq_check_summary summary;
};

static struct printed print_all(struct pq_report_options options,
				const struct pq_check_outcome *told, size_t count,
				const struct pq_check_summary *sum)
{
	struct printed printed = { 0 };
	size_t size;
	options.out = open_memstream(&printed.out, &size);
	options.messages = open_memstream(&printed.messages, &size);
	assert_non_null(options.out);
	assert_non_null(options.messages);
	struct pq_report *report = pq_report_new(&options);
	assert_non_null(report);
	struct pq_check_sink *sink = pq_report_sink(report);
	sink->begin(sink);
	for (size_t i = 0; i < count; i++)
		sink->tell(sink, &told[i]);
	sink->end(sink, sum);
	assert_true(pq_report_finish(report, &printed.summary));
	pq_report_free(report);
	fclose(options.out);
	fclose(options.messages);
	return printed;
}

/* Tells count of the outcomes above. */
static struct printed print(struct pq_report_options options, size_t count,
			    const struct pq_check_summary *sum)
{
	return print_all(options, outcomes, count, sum);
}

static void free_printed(struct printed *printed)
{
	free(printed->out);
	free(printed->messages);
}

#define SUMMARY                                                                                    \
	"4 documents: 1 valid, 1 invalid, 1 unknown, 1 not a manifest\n"                           \
	"CHECKED  INVALID  SKIPPED  UNKNOWN  KIND\n"                                               \
	"      1        1        0        0  example.com/v1 Thing\n"                               \
	"      1        0        0        0  v1 Service\n"                                         \
	"      0        0        0        1  v2 Other\\n\n"                                        \
	"2 findings ignored by comments\n"

#define NOT_CHECKED                                                                                \
	"values.yaml:1:1: not checked: values of a Helm chart\n"                                   \
	"other.yaml:1:1: not checked: v2 Other\\n \\xff: no schema for this kind\n"

static const struct {
	enum pq_report_format format;
	const char *want;
	const char *messages;
} formats[] = {
	{ PQ_REPORT_TEXT,
	  "a,b:c.yaml:2:9: Thing team/a#1: spec.size: Invalid value: \"<&>\": 50%\\nmore\n"
	  "    2 |   size: 7\n"
	  "      |         ^\n"
	  "a,b:c.yaml:1:1: warning: Thing team/a#1: old \\x1b[2J\n"
	  "a,b:c.yaml:1:1: Thing team/a#1: and at least 3 more\n"
	  "a,b:c.yaml:1:1: warning: Thing team/a#1: unknown field \"x\"\n",
	  NOT_CHECKED SUMMARY },
	{ PQ_REPORT_JSON,
	  "{\"documents\":[\n"
	  "{\"file\":\"a,b:c.yaml\",\"document\":0,\"item\":null,\"line\":1,\"column\":1,"
	  "\"source\":\"\",\"apiVersion\":\"example.com/"
	  "v1\",\"kind\":\"Thing\",\"namespace\":\"team\","
	  "\"name\":\"a#1\",\"operation\":\"create\",\"verdict\":\"invalid\",\"note\":\"\","
	  "\"findings\":["
	  "{\"severity\":\"error\",\"path\":\"spec.size\",\"reason\":\"FieldValueInvalid\","
	  "\"message\":\"Invalid value: \\\"<&>\\\": "
	  "50%\\nmore\",\"schema\":\"\",\"line\":2,\"column\":9},"
	  "{\"severity\":\"warning\",\"path\":\"\",\"reason\":\"\","
	  "\"message\":\"old \\u001b[2J\",\"schema\":\"\",\"line\":1,\"column\":1},"
	  "{\"severity\":\"error\",\"path\":\"\",\"reason\":\"\",\"message\":\"and at least 3 "
	  "more\",\"schema\":\"\","
	  "\"line\":1,\"column\":1},"
	  "{\"severity\":\"warning\",\"path\":\"\",\"reason\":\"\","
	  "\"message\":\"unknown field \\\"x\\\"\",\"schema\":\"\",\"line\":1,\"column\":1}],"
	  "\"ignored\":2,\"status\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},"
	  "\"status\":\"Failure\",\"message\":\"no\\u202e\",\"reason\":\"Invalid\","
	  "\"code\":422}},\n"
	  "{\"file\":\"a,b:c.yaml\",\"document\":1,\"item\":4,\"line\":9,\"column\":3,"
	  "\"source\":\"web/templates/"
	  "\",\"apiVersion\":\"v1\",\"kind\":\"Service\",\"namespace\":\"\",\"name\":\"\","
	  "\"operation\":\"create\",\"verdict\":\"valid\",\"note\":\"\",\"findings\":[],"
	  "\"ignored\":0,\"status\":null},\n"
	  "{\"file\":\"values.yaml\",\"document\":0,\"item\":null,\"line\":1,\"column\":1,"
	  "\"source\":\"\",\"apiVersion\":\"\",\"kind\":\"\",\"namespace\":\"\",\"name\":\"\","
	  "\"operation\":\"create\",\"verdict\":\"not a manifest\",\"note\":\"values of a Helm "
	  "chart\",\"findings\":[],"
	  "\"ignored\":0,\"status\":null},\n"
	  "{\"file\":\"other.yaml\",\"document\":0,\"item\":null,\"line\":1,\"column\":1,"
	  "\"source\":\"\",\"apiVersion\":\"v2\",\"kind\":\"Other\\n\",\"namespace\":\"\",\"name\":"
	  "\"\\ufffd\","
	  "\"operation\":\"create\",\"verdict\":\"unknown\",\"note\":\"\",\"findings\":[],"
	  "\"ignored\":0,\"status\":null}\n"
	  "],\"summary\":{\"documents\":4,\"verdicts\":{\"valid\":1,\"invalid\":1,\"unknown\":1,"
	  "\"skipped\":0,\"ignored\":0,\"not a manifest\":1,\"encrypted\":0,\"unreadable\":0},"
	  "\"updates\":0,\"errors\":4,\"warnings\":2,\"ignored\":2,\"baseline\":null,\"kinds\":[\n"
	  "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Thing\",\"checked\":1,\"invalid\":1,"
	  "\"skipped\":0,\"unknown\":0},\n"
	  "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"checked\":1,\"invalid\":0,"
	  "\"skipped\":0,\"unknown\":0},\n"
	  "{\"apiVersion\":\"v2\",\"kind\":\"Other\\n\",\"checked\":0,\"invalid\":0,"
	  "\"skipped\":0,\"unknown\":1}]}}\n",
	  SUMMARY },
	{ PQ_REPORT_JUNIT,
	  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	  "<testsuites name=\"pratique check\">\n"
	  "<testsuite name=\"a,b:c.yaml\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\" "
	  "time=\"0\">\n"
	  "<testcase name=\"Thing team/a#1\" classname=\"a,b:c.yaml\" file=\"a,b:c.yaml\" "
	  "line=\"1\" time=\"0\">\n"
	  "<failure message=\"spec.size: Invalid value: &quot;&lt;&amp;&gt;&quot;: 50%\\nmore\" "
	  "type=\"FieldValueInvalid\">"
	  "a,b:c.yaml:2:9: spec.size: Invalid value: &quot;&lt;&amp;&gt;&quot;: 50%\\nmore\n"
	  "a,b:c.yaml:1:1: and at least 3 more\n</failure>\n"
	  "<system-out>a,b:c.yaml:1:1: old \\x1b[2J\n"
	  "a,b:c.yaml:1:1: unknown field &quot;x&quot;\n</system-out>\n"
	  "</testcase>\n"
	  "<testcase name=\"Service (web/templates/)\" classname=\"a,b:c.yaml\" "
	  "file=\"a,b:c.yaml\" line=\"9\" "
	  "time=\"0\">\n</testcase>\n"
	  "</testsuite>\n"
	  "<testsuite name=\"values.yaml\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\" "
	  "time=\"0\">\n"
	  "<testcase name=\"document 1\" classname=\"values.yaml\" file=\"values.yaml\" "
	  "line=\"1\" time=\"0\">\n<skipped message=\"values of a Helm chart\"/>\n</testcase>\n"
	  "</testsuite>\n"
	  "<testsuite name=\"other.yaml\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\" "
	  "time=\"0\">\n"
	  "<testcase name=\"Other\\n \\xff\" classname=\"other.yaml\" file=\"other.yaml\" "
	  "line=\"1\" time=\"0\">\n<skipped message=\"no schema for this kind\"/>\n</testcase>\n"
	  "</testsuite>\n"
	  "</testsuites>\n",
	  SUMMARY },
	{ PQ_REPORT_GITHUB,
	  "::error file=a%2Cb%3Ac.yaml,line=2,col=9,title=Thing team/a#1::"
	  "spec.size: Invalid value: \"<&>\": 50%25%0Amore\n"
	  "::warning file=a%2Cb%3Ac.yaml,line=1,col=1,title=Thing team/a#1::old \\x1b[2J\n"
	  "::error file=a%2Cb%3Ac.yaml,line=1,col=1,title=Thing team/a#1::and at least 3 more\n"
	  "::warning file=a%2Cb%3Ac.yaml,line=1,col=1,title=Thing team/a#1::unknown field \"x\"\n",
	  NOT_CHECKED SUMMARY },
	{ PQ_REPORT_TAP,
	  "TAP version 13\n"
	  "not ok 1 - a,b:c.yaml:1: Thing team/a\\#1\n"
	  "  ---\n"
	  "  findings:\n"
	  "    - severity: error\n"
	  "      path: \"spec.size\"\n"
	  "      reason: \"FieldValueInvalid\"\n"
	  "      message: \"Invalid value: \\\"<&>\\\": 50%\\\\nmore\"\n"
	  "      line: 2\n"
	  "      column: 9\n"
	  "    - severity: warning\n"
	  "      path: \"\"\n"
	  "      reason: \"\"\n"
	  "      message: \"old \\\\x1b[2J\"\n"
	  "      line: 1\n"
	  "      column: 1\n"
	  "    - severity: error\n"
	  "      path: \"\"\n"
	  "      reason: \"\"\n"
	  "      message: \"and at least 3 more\"\n"
	  "      line: 1\n"
	  "      column: 1\n"
	  "    - severity: warning\n"
	  "      path: \"\"\n"
	  "      reason: \"\"\n"
	  "      message: \"unknown field \\\"x\\\"\"\n"
	  "      line: 1\n"
	  "      column: 1\n"
	  "  ...\n"
	  "ok 2 - a,b:c.yaml:9: Service (web/templates/)\n"
	  "ok 3 - values.yaml:1: document 1 # SKIP values of a Helm chart\n"
	  "ok 4 - other.yaml:1: Other\\\\n \\\\xff # SKIP no schema for this kind\n"
	  "1..4\n",
	  SUMMARY },
};

static void test_formats(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		struct printed printed = print(
			(struct pq_report_options){ .format = formats[i].format, .columns = 80 }, 4,
			&summary);
		assert_string_equal(printed.out, formats[i].want);
		assert_string_equal(printed.messages, formats[i].messages);
		assert_int_equal(printed.summary.verdicts[PQ_CHECK_INVALID], 1);
		free_printed(&printed);
	}
}

/* The table of rules comes first; results are what is left. */
static void test_sarif(void **state)
{
	(void)state;
	struct printed printed =
		print((struct pq_report_options){ .format = PQ_REPORT_SARIF, .columns = 80 }, 4,
		      &summary);
	assert_non_null(strstr(
		printed.out,
		"\"results\":[\n"
		"{\"ruleId\":\"FieldValueInvalid\",\"ruleIndex\":2,\"level\":\"error\","
		"\"message\":{\"text\":\"Thing team/a#1: spec.size: Invalid value: \\\"<&>\\\": "
		"50%\\\\nmore\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{"
		"\"uri\":\"a%2Cb%3Ac.yaml\",\"uriBaseId\":\"%SRCROOT%\"},\"region\":{"
		"\"startLine\":2,\"startColumn\":9}},\"logicalLocations\":[{"
		"\"fullyQualifiedName\":\"Thing/team/a#1/spec.size\"}]}]},\n"
		"{\"ruleId\":\"Document\",\"ruleIndex\":0,\"level\":\"warning\","));
	assert_string_equal(printed.messages, NOT_CHECKED SUMMARY);
	free_printed(&printed);
}

static void test_colours(void **state)
{
	(void)state;
	struct printed printed = print(
		(struct pq_report_options){ .columns = 80, .is_coloured = true }, 1, &summary);
	assert_non_null(strstr(printed.out,
			       "\033[1ma,b:c.yaml:2:9:\033[0m Thing team/a#1: "
			       "\033[31mspec.size:\033[0m Invalid value: \"<&>\": 50%\\nmore\n"
			       "    2 |   size: 7\n      |         \033[31m^\033[0m\n"
			       "\033[1ma,b:c.yaml:1:1:\033[0m \033[33mwarning:\033[0m Thing"));
	free_printed(&printed);
}

static void test_nothing(void **state)
{
	(void)state;
	static const struct pq_check_summary none = { .documents = 0 };
	static const struct {
		enum pq_report_format format;
		const char *want;
	} empty[] = {
		{ PQ_REPORT_TEXT, "" },
		{ PQ_REPORT_JSON,
		  "{\"documents\":[],\"summary\":{\"documents\":0,\"verdicts\":{\"valid\":0,"
		  "\"invalid\":0,\"unknown\":0,\"skipped\":0,\"ignored\":0,\"not a manifest\":0,"
		  "\"encrypted\":0,\"unreadable\":0},\"updates\":0,\"errors\":0,\"warnings\":0,"
		  "\"ignored\":0,"
		  "\"baseline\":null,\"kinds\":[]}}\n" },
		{ PQ_REPORT_JUNIT, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
				   "<testsuites name=\"pratique check\">\n</testsuites>\n" },
		{ PQ_REPORT_GITHUB, "" },
		{ PQ_REPORT_TAP, "TAP version 13\n1..0\n" },
	};
	for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++) {
		struct printed printed =
			print((struct pq_report_options){ .format = empty[i].format }, 0, &none);
		assert_string_equal(printed.out, empty[i].want);
		assert_string_equal(
			printed.messages,
			"0 documents: 0 valid, 0 invalid\n"
			"nothing was checked: there is no document in what was named\n");
		free_printed(&printed);
	}
}

/* A file that is not there has no first line. */
static void test_a_file_as_a_whole_has_no_place(void **state)
{
	(void)state;
	static const struct pq_check_finding absent = { .message = PQ_LITERAL("is not there"),
							.offset = PQ_OFFSET_NONE };
	static const struct pq_check_outcome outcome = { .file = PQ_LITERAL("gone.yaml"),
							 .item = PQ_CHECK_NO_ITEM,
							 .verdict = PQ_CHECK_UNREADABLE,
							 .findings = &absent,
							 .finding_count = 1 };
	static const struct {
		enum pq_report_format format;
		const char *want;
	} whole[] = {
		{ PQ_REPORT_TEXT, "gone.yaml: is not there\n" },
		{ PQ_REPORT_JSON, "\"item\":null,\"line\":null,\"column\":null," },
		{ PQ_REPORT_JSON,
		  "\"message\":\"is not there\",\"schema\":\"\",\"line\":null,\"column\":null}" },
		{ PQ_REPORT_JUNIT, " file=\"gone.yaml\" time=\"0\">" },
		{ PQ_REPORT_JUNIT, "type=\"\">gone.yaml: is not there\n" },
		{ PQ_REPORT_SARIF, "\"uriBaseId\":\"%SRCROOT%\"}},\"logicalLocations\"" },
		{ PQ_REPORT_GITHUB, "::error file=gone.yaml,title=document 1::is not there\n" },
		{ PQ_REPORT_TAP, "not ok 1 - gone.yaml: document 1\n" },
		{ PQ_REPORT_TAP, "      message: \"is not there\"\n  ...\n" },
	};
	for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
		struct printed printed =
			print_all((struct pq_report_options){ .format = whole[i].format }, &outcome,
				  1, &summary);
		assert_non_null(strstr(printed.out, whole[i].want));
		free_printed(&printed);
	}
}

/* What an earlier run printed is known to the next one. */
static void test_baseline(void **state)
{
	(void)state;
	struct pq_error error;
	struct pq_report_options options = { .format = PQ_REPORT_JSON };
	struct printed first = print(options, 4, &summary);
	options.format = PQ_REPORT_TEXT;
	options.baseline = pq_report_baseline_new(pq_string_from(first.out), &error);
	assert_non_null(options.baseline);
	struct printed second = print(options, 4, &summary);
	assert_string_equal(second.out, "");
	assert_non_null(strstr(second.messages, "4 documents: 1 valid, 0 invalid, 1 unknown, 1 "
						"ignored, 1 not a manifest\n"));
	assert_non_null(strstr(second.messages, "\nbaseline: 4 known, 0 gone\n"));
	assert_int_equal(second.summary.verdicts[PQ_CHECK_INVALID], 0);
	assert_int_equal(second.summary.errors, 0);
	assert_int_equal(second.summary.warnings, 0);
	free_printed(&first);
	free_printed(&second);
}

#define SECRET(kind_of, text_of)                                                                   \
	{                                                                                          \
		.file = PQ_LITERAL("s.yaml"), .item = PQ_CHECK_NO_ITEM, .line = 1, .column = 2,    \
		.kind = PQ_LITERAL(kind_of), .verdict = PQ_CHECK_INVALID, .findings = findings,    \
		.finding_count = 1, .text = PQ_LITERAL(text_of)                                    \
	}

static void test_secrets_are_not_quoted(void **state)
{
	(void)state;
	static const struct {
		struct pq_check_outcome outcome;
		bool is_shown;
	} secrets[] = {
		{ SECRET("Service", "spec:\n  size: 7\n"), true },
		{ SECRET("Secret", "spec:\n  size: 7\n"), false },
		/* One that cannot be parsed has no kind. */
		{ SECRET("", "spec:\n  size: 7\nkind: Secret\n"), false },
		{ SECRET("", "spec:\n  size: 7\nkind: Service\n"), true },
	};
	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		struct printed printed = print_all((struct pq_report_options){ .columns = 80 },
						   &secrets[i].outcome, 1, &summary);
		assert_non_null(strstr(printed.out, "spec.size: Invalid value"));
		assert_int_equal(strstr(printed.out, "size: 7") != NULL, secrets[i].is_shown);
		free_printed(&printed);
	}
}

/* More kinds than are counted one by one. */
static void test_number_of_kinds_is_limited(void **state)
{
	(void)state;
	enum { KINDS = 1002 };
	static struct pq_check_outcome told[KINDS];
	static char kinds[KINDS][16];
	for (int i = 0; i < KINDS; i++) {
		snprintf(kinds[i], sizeof kinds[i], "Kind%d", i);
		told[i].kind = pq_string_from(kinds[i]);
	}
	struct printed printed =
		print_all((struct pq_report_options){ .columns = 80 }, told, KINDS, &summary);
	assert_non_null(
		strstr(printed.messages, "\n      2        0        0        0  other kinds\n"));
	free_printed(&printed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_sarif),
		cmocka_unit_test(test_colours),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_a_file_as_a_whole_has_no_place),
		cmocka_unit_test(test_baseline),
		cmocka_unit_test(test_secrets_are_not_quoted),
		cmocka_unit_test(test_number_of_kinds_is_limited),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
