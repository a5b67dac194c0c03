/* What a job makes of pods that fail, and when it has succeeded. */
#include "registry/builtin/batch.h"

#include "json/write.h"

/* The names of the containers that a rule may name. */
static void note_containers(const struct place *spec, struct pq_map *names)
{
	static const char *const lists[] = { "containers", "initContainers" };
	const struct place template = place_field(spec, "template");
	const struct place pod = place_field(&template, "spec");
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		const struct place list = place_field(&pod, lists[i]);
		for (size_t j = 0; j < place_count(&list); j++) {
			const struct place container = place_item(&list, j);
			const struct place name = place_field(&container, "name");
			place_note(&name, names, place_text(&name));
		}
	}
}

static void check_exit_values(const struct place *codes)
{
	enum { VALUES_MAX = 255 };
	const struct place operator= place_field(codes, "operator");
	const struct place values = place_field(codes, "values");
	bool is_ordered = true;
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	if (place_count(&values) == 0)
		refuse_value(&values, "at least one value is required");
	if (place_count(&values) > VALUES_MAX)
		refuse_too_many(&values, place_count(&values), VALUES_MAX);
	for (size_t i = 0; i < place_count(&values); i++) {
		const struct place value = place_item(&values, i);
		struct pq_string text = pq_arena_format(values.findings->arena, "%lld",
							(long long)place_integer(&value));
		if (place_is_text(&operator, "In") && place_integer(&value) == 0)
			refuse_number(&value, 0, "must not be 0 for the In operator");
		if (!place_note(&value, &seen, text))
			refuse_duplicate_json(&value, text);
		if (i > 0) {
			const struct place before = place_item(&values, i - 1);
			is_ordered &= place_integer(&before) <= place_integer(&value);
		}
	}
	if (!is_ordered)
		refuse_value(&values, "must be ordered");
}

/* validatePodFailurePolicyRuleOnExitCodes */
static void check_exit_codes(const struct pq_map *containers, const struct place *codes)
{
	static const char *const operators[] = { "In", "NotIn", NULL };
	const struct place operator= place_field(codes, "operator");
	const struct place name = place_field(codes, "containerName");
	if (place_text(&operator).length == 0)
		refuse_required(&operator, "valid values: [\"In\" \"NotIn\"]");
	else
		check_enum(&operator, operators);
	if (place_is_set(&name) && pq_map_find(containers, place_text(&name)) == NULL)
		refuse_string(&name, place_text(&name),
			      "must be one of the container or initContainer names in the pod "
			      "template");
	check_exit_values(codes);
}

static void check_condition(const struct place *pattern)
{
	static const char *const statuses[] = { "False", "True", "Unknown", NULL };
	const struct place type = place_field(pattern, "type");
	const struct place status = place_field(pattern, "status");
	check_name(&type, pq_names_check_qualified_name);
	if (place_text(&status).length > 0)
		check_enum(&status, statuses);
}

/* validatePodFailurePolicyRule */
static void check_failure_rule(const struct place *spec, const struct pq_map *containers,
			       const struct place *rule)
{
	enum { PATTERNS_MAX = 20 };
	static const char *const actions[] = { "Count", "FailIndex", "FailJob", "Ignore", NULL };
	const struct place action = place_field(rule, "action");
	const struct place codes = place_field(rule, "onExitCodes");
	const struct place conditions = place_field(rule, "onPodConditions");
	const struct place backoff = place_field(spec, "backoffLimitPerIndex");
	size_t count = place_count(&conditions);
	if (place_text(&action).length == 0)
		refuse_required(&action,
				"valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]");
	else if (!place_is_text(&action, "FailIndex"))
		check_enum(&action, actions);
	else if (!place_is_set(&backoff))
		refuse_word(&action, place_text(&action),
			    "requires the backoffLimitPerIndex to be set");
	if (place_is_set(&codes))
		check_exit_codes(containers, &codes);
	if (count > PATTERNS_MAX)
		refuse_too_many(&conditions, count, PATTERNS_MAX);
	place_each(&conditions, check_condition);
	if (place_is_set(&codes) && count > 0)
		refuse_without_value(
			rule, "specifying both OnExitCodes and OnPodConditions is not supported");
	if (!place_is_set(&codes) && count == 0)
		refuse_without_value(
			rule, "specifying one of OnExitCodes and OnPodConditions is required");
}

enum { RULES_MAX = 20 };

void batch_check_failure_policy(const struct place *spec)
{
	const struct place policy = place_field(spec, "podFailurePolicy");
	const struct place rules = place_field(&policy, "rules");
	pq_cleanup_map struct pq_map containers;
	pq_map_init(&containers);
	note_containers(spec, &containers);
	if (place_count(&rules) > RULES_MAX)
		refuse_too_many(&rules, place_count(&rules), RULES_MAX);
	for (size_t i = 0; i < place_count(&rules); i++) {
		const struct place rule = place_item(&rules, i);
		check_failure_rule(spec, &containers, &rule);
	}
}

/* validatePodReplacementPolicy */
void batch_check_replacement_policy(const struct place *spec)
{
	static const char *const failed[] = { "Failed", NULL };
	static const char *const all[] = { "Failed", "TerminatingOrFailed", NULL };
	const struct place failure = place_field(spec, "podFailurePolicy");
	const struct place policy = place_field(spec, "podReplacementPolicy");
	check_optional_enum(&policy, place_is_set(&failure) ? failed : all);
}

/* strconv.Atoi */
static bool read_index(struct pq_string text, int64_t *number)
{
	bool is_signed = text.length > 0 && (text.data[0] == '-' || text.data[0] == '+');
	*number = 0;
	for (size_t i = is_signed; i < text.length; i++) {
		if (text.data[i] < '0' || text.data[i] > '9' ||
		    __builtin_mul_overflow(*number, 10, number) ||
		    __builtin_add_overflow(*number, text.data[i] - '0', number))
			return false;
	}
	if (is_signed && text.data[0] == '-')
		*number = -*number;
	return text.length > is_signed;
}

static void refuse_indexes(const struct place *indexes, const char *problem, struct pq_string shown)
{
	struct pq_buffer quoted;
	pq_buffer_init_in(&quoted, indexes->findings->arena, 0);
	pq_go_quote(&quoted, shown);
	refuse_string(indexes, place_text(indexes), "error parsing succeededIndexes: %s: %.*s",
		      problem, PQ_STRING_ARGUMENT(pq_buffer_view(&quoted)));
}

/* One end of an interval. */
static bool read_end(const struct place *indexes, struct pq_string text, int64_t completions,
		     int64_t *number)
{
	if (!read_index(text, number)) {
		refuse_indexes(indexes, "cannot convert string to integer for index", text);
		return false;
	}
	if (*number < completions)
		return true;
	refuse_indexes(indexes, "too large index", text);
	return false;
}

static bool refuse_order(const struct place *indexes, int64_t before, int64_t now)
{
	refuse_string(indexes, place_text(indexes),
		      "error parsing succeededIndexes: non-increasing order, previous: %lld, "
		      "current: %lld",
		      (long long)before, (long long)now);
	return false;
}

/* parseIndexInterval */
static bool read_interval(const struct place *indexes, struct pq_string interval,
			  int64_t completions, int64_t *from, int64_t *to)
{
	struct pq_string rest = interval, low, high, more;
	struct pq_buffer quoted;
	if (!pq_string_split(&rest, '-', &low))
		return false;
	bool has_high = pq_string_split(&rest, '-', &high);
	if (has_high && pq_string_split(&rest, '-', &more)) {
		pq_buffer_init_in(&quoted, indexes->findings->arena, 0);
		pq_go_quote(&quoted, interval);
		refuse_string(indexes, place_text(indexes),
			      "error parsing succeededIndexes: the fragment %.*s violates the "
			      "requirement that an index interval can have at most two parts "
			      "separated by '-'",
			      PQ_STRING_ARGUMENT(pq_buffer_view(&quoted)));
		return false;
	}
	if (!read_end(indexes, low, completions, from))
		return false;
	*to = *from;
	if (!has_high)
		return true;
	if (!read_end(indexes, high, completions, to))
		return false;
	return *from < *to || refuse_order(indexes, *from, *to);
}

/* validateIndexesFormat: how many indexes there are; 0 after a finding. */
static int64_t count_indexes(const struct place *indexes, int64_t completions)
{
	struct pq_string rest = place_text(indexes), interval;
	int64_t total = 0, last = 0, from, to;
	bool is_first = true;
	if (rest.length == 0)
		return 0;
	while (pq_string_split(&rest, ',', &interval)) {
		if (!read_interval(indexes, interval, completions, &from, &to))
			return 0;
		if (!is_first && last >= from) {
			refuse_order(indexes, last, from);
			return 0;
		}
		total += to - from + 1;
		last = to;
		is_first = false;
	}
	return total;
}

/* validateSuccessPolicyRule */
static void check_success_rule(const struct place *rule, int64_t completions)
{
	enum { INDEXES_MAX = 64 * 1024 };
	const struct place count = place_field(rule, "succeededCount");
	const struct place indexes = place_field(rule, "succeededIndexes");
	int64_t number = place_integer(&count), total = 0;
	if (!place_is_set(&count) && !place_is_set(&indexes))
		refuse_required(rule, "at least one of succeededCount or succeededIndexes must be "
				      "specified");
	if (place_text(&indexes).length > INDEXES_MAX)
		refuse_too_long(&indexes, INDEXES_MAX);
	if (place_is_set(&indexes))
		total = count_indexes(&indexes, completions);
	if (!place_is_set(&count))
		return;
	check_non_negative(&count);
	if (number > completions)
		refuse_number(&count, number,
			      "must be less than or equal to %lld (the number of specified "
			      "completions)",
			      (long long)completions);
	if (place_is_set(&indexes) && number > total)
		refuse_number(&count, number,
			      "must be less than or equal to %lld (the number of indexes in the "
			      "specified succeededIndexes field)",
			      (long long)total);
}

/* The policy by the names of Go's fields. */
static struct pq_string show_success_policy(const struct place *rules)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, rules->findings->arena, 0);
	pq_buffer_append_text(&text, place_is_set(rules) ? "{\"Rules\":[" : "{\"Rules\":null");
	for (size_t i = 0; i < place_count(rules); i++) {
		const struct place rule = place_item(rules, i);
		const struct place indexes = place_field(&rule, "succeededIndexes");
		const struct place count = place_field(&rule, "succeededCount");
		pq_buffer_append_text(&text, i == 0 ? "{\"SucceededIndexes\":"
						    : ",{\"SucceededIndexes\":");
		pq_buffer_append_string(&text, refuse_place_json(&indexes));
		pq_buffer_append_text(&text, ",\"SucceededCount\":");
		pq_buffer_append_string(&text, refuse_place_json(&count));
		pq_buffer_append_byte(&text, '}');
	}
	pq_buffer_append_text(&text, place_is_set(rules) ? "]}" : "}");
	return pq_buffer_failed(&text) ? PQ_S("") : pq_buffer_view(&text);
}

/* validateSuccessPolicy; without completions the server gives up on the request. */
void batch_check_success_policy(const struct place *spec)
{
	const struct place policy = place_field(spec, "successPolicy");
	const struct place rules = place_field(&policy, "rules");
	const struct place mode = place_field(spec, "completionMode");
	const struct place completions = place_field(spec, "completions");
	if (!place_is_set(&policy))
		return;
	if (!place_is_text(&mode, "Indexed")) {
		refuse_shown(&policy, show_success_policy(&rules),
			     "requires indexed completion mode");
		return;
	}
	if (place_count(&rules) == 0)
		refuse_required(&rules, "at least one rules must be specified when the "
					"successPolicy is specified");
	if (place_count(&rules) > RULES_MAX)
		refuse_too_many(&rules, place_count(&rules), RULES_MAX);
	for (size_t i = 0; i < place_count(&rules); i++) {
		const struct place rule = place_item(&rules, i);
		check_success_rule(&rule, place_integer_or(&completions, 1));
	}
}
