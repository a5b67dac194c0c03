#include "registry/builtin/checks.h"

#include "json/write.h"

bool check_required(const struct place *place)
{
	if (place_text(place).length > 0 || place_count(place) > 0)
		return true;
	refuse_required(place, "");
	return false;
}

bool check_required_field(const struct place *owner, const char *name)
{
	const struct place place = place_field(owner, name);
	return check_required(&place);
}

void check_name_shown(const struct place *place, struct pq_string shown, pq_name_check *check)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	size_t count = check(shown, problems);
	for (size_t i = 0; i < count; i++)
		refuse_string(place, shown, "%s", problems[i]);
}

void check_name(const struct place *place, pq_name_check *check)
{
	check_name_shown(place, place_text(place), check);
}

void check_required_name(const struct place *place, pq_name_check *check)
{
	if (check_required(place))
		check_name(place, check);
}

void check_enum(const struct place *place, const char *const *texts)
{
	if (!place_is_one_of(place, texts))
		refuse_unsupported(place, texts);
}

void check_optional_enum(const struct place *place, const char *const *texts)
{
	if (place_is_set(place))
		check_enum(place, texts);
}

void check_required_enum(const struct place *place, const char *const *texts)
{
	if (check_required(place))
		check_enum(place, texts);
}

static bool is_http_path(struct pq_string text)
{
	static const char others[] = "/-._~%!$&'()*+,;=:";
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.data[i];
		bool is_word = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
			       (byte >= '0' && byte <= '9');
		if (!is_word && (byte == '\0' || strchr(others, byte) == NULL))
			return false;
	}
	return text.length > 0;
}

void check_domain_path(const struct place *place)
{
	struct pq_string text = place_text(place);
	ptrdiff_t slash = pq_string_find_byte(text, '/');
	struct pq_string host = pq_string_slice(text, 0, slash < 0 ? 0 : (size_t)slash);
	struct pq_string path = pq_string_slice(text, (size_t)(slash + 1), text.length);
	if (!check_required(place))
		return;
	if (slash < 0 || host.length == 0 || path.length == 0) {
		refuse_string(place, text,
			      "must be a domain-prefixed path (such as \"acme.io/foo\")");
		return;
	}
	check_name_shown(place, host, pq_names_check_dns1123_subdomain);
	if (!is_http_path(path))
		refuse_string(place, path,
			      "Invalid path (regex used for validation is "
			      "'[A-Za-z0-9/\\-._~%%!$&'()*+,;=:]+')");
}

bool check_list_has(const struct place *list, struct pq_string text)
{
	for (size_t i = 0; i < place_count(list); i++) {
		const struct place item = place_item(list, i);
		if (pq_string_equal(place_text(&item), text))
			return true;
	}
	return false;
}

void check_non_negative(const struct place *place)
{
	int64_t integer = place_integer(place);
	if (integer < 0)
		refuse_number(place, integer, "must be greater than or equal to 0");
}

void check_non_negative_field(const struct place *owner, const char *name)
{
	const struct place place = place_field(owner, name);
	check_non_negative(&place);
}

void check_positive(const struct place *place)
{
	int64_t integer = place_integer(place);
	if (integer <= 0)
		refuse_number(place, integer, "must be greater than zero");
}

void check_range(const struct place *place, int64_t minimum, int64_t maximum)
{
	int64_t integer = place_integer(place);
	if (integer < minimum || integer > maximum)
		refuse_number(place, integer, "must be between %lld and %lld, inclusive",
			      (long long)minimum, (long long)maximum);
}

static struct pq_string write_quantity(const struct place *place,
				       const struct pq_quantity *quantity)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, place->findings->arena, 0);
	pq_quantity_write(&text, quantity);
	return pq_buffer_failed(&text) ? PQ_S("") : pq_buffer_view(&text);
}

struct pq_string check_quantity_text(const struct place *place)
{
	struct pq_quantity quantity;
	return place_quantity(place, &quantity) ? write_quantity(place, &quantity) : PQ_S("");
}

struct pq_string check_resource_text(const struct place *place)
{
	struct pq_quantity quantity;
	return place_resource(place, &quantity) ? write_quantity(place, &quantity) : PQ_S("");
}

static const char negative[] = "must be greater than or equal to 0";

void check_non_negative_quantity(const struct place *place)
{
	struct pq_quantity quantity;
	if (place_quantity(place, &quantity) && pq_quantity_sign(&quantity) < 0)
		refuse_string(place, check_quantity_text(place), "%s", negative);
}

void check_non_negative_resource(const struct place *place)
{
	struct pq_quantity quantity;
	if (place_resource(place, &quantity) && pq_quantity_sign(&quantity) < 0)
		refuse_string(place, check_resource_text(place), "%s", negative);
}

void check_port_number(const struct place *place)
{
	check_range(place, 1, 65535);
}

/* ValidatePortNumOrName */
void check_port_number_or_name(const struct place *place)
{
	if (place->value != NULL && place->value->kind == PQ_STRING)
		check_name(place, pq_names_check_port_name);
	else
		check_port_number(place);
}

void check_positive_or_percent(const struct place *place)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	if (place->value == NULL || place->value->kind != PQ_STRING)
		check_non_negative(place);
	else if (pq_names_check_percent(place_text(place), problems) > 0)
		refuse_word(place, place_text(place), "%s", problems[0]);
}

/* strconv.Atoi, which stops at the largest int64. */
static int64_t read_digits(struct pq_string digits)
{
	int64_t number = 0;
	for (size_t i = 0; i < digits.length; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '9')
			return 0;
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, digits.data[i] - '0', &number))
			return INT64_MAX;
	}
	return number;
}

int64_t check_percent_or_number(const struct place *place, const char *otherwise)
{
	struct pq_string text = place_is_set(place) ? place_text(place) : pq_string_from(otherwise);
	if (place_is_set(place) && place->value->kind == PQ_INTEGER)
		return place->value->integer;
	if (pq_string_ends_with(text, PQ_S("%")))
		text.length--;
	return read_digits(text);
}

/* IsNotMoreThan100Percent */
void check_not_above_100_percent(const struct place *place)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	struct pq_string text = place_text(place);
	if (text.length > 0 && pq_names_check_percent(text, problems) == 0 &&
	    check_percent_or_number(place, "") > 100)
		refuse_word(place, text, "must not be greater than 100%%");
}

void check_labels(const struct place *labels)
{
	for (size_t i = 0; i < place_count(labels); i++) {
		const struct place label = place_member(labels, i);
		struct place shown = *labels;
		shown.offset = label.offset;
		check_name_shown(&shown, place_key(labels, i), pq_names_check_qualified_name);
		check_name_shown(&shown, place_text(&label), pq_names_check_label_value);
	}
}

void check_annotations(const struct place *annotations)
{
	enum { SIZE_MAX_BYTES = 256 * 1024 };
	size_t size = 0;
	for (size_t i = 0; i < place_count(annotations); i++) {
		const struct place annotation = place_member(annotations, i);
		const char *problems[PQ_NAME_PROBLEMS_MAX];
		struct place shown = *annotations;
		struct pq_string key = place_key(annotations, i);
		size_t count = pq_names_check_qualified_name(
			pq_arena_copy_lower(annotations->findings->arena, key), problems);
		shown.offset = annotation.offset;
		for (size_t j = 0; j < count; j++)
			refuse_string(&shown, key, "%s", problems[j]);
		size += key.length + place_text(&annotation).length;
	}
	if (size > SIZE_MAX_BYTES)
		refuse_too_long(annotations, SIZE_MAX_BYTES);
}

static void check_operator(const struct place *requirement)
{
	static const char *const with[] = { "In", "NotIn", NULL };
	static const char *const without[] = { "Exists", "DoesNotExist", NULL };
	const struct place operator= place_field(requirement, "operator");
	const struct place values = place_field(requirement, "values");
	if (place_is_one_of(&operator, with)) {
		if (place_count(&values) == 0)
			refuse_required(&values,
					"must be specified when `operator` is 'In' or 'NotIn'");
	} else if (place_is_one_of(&operator, without)) {
		if (place_count(&values) > 0)
			refuse_forbidden(&values, "may not be specified when `operator` is "
						  "'Exists' or 'DoesNotExist'");
	} else {
		refuse_word(&operator, place_text(&operator), "not a valid selector operator");
	}
}

static void check_requirement(const struct place *requirement)
{
	const struct place key = place_field(requirement, "key");
	const struct place values = place_field(requirement, "values");
	check_operator(requirement);
	check_name(&key, pq_names_check_qualified_name);
	for (size_t i = 0; i < place_count(&values); i++) {
		const struct place value = place_item(&values, i);
		check_name(&value, pq_names_check_label_value);
	}
}

/* ValidateLabelSelector */
void check_label_selector(const struct place *selector)
{
	const struct place labels = place_field(selector, "matchLabels");
	const struct place expressions = place_field(selector, "matchExpressions");
	check_labels(&labels);
	place_each(&expressions, check_requirement);
}

static void write_requirement(struct pq_buffer *text, const struct place *requirement)
{
	const struct place key = place_field(requirement, "key");
	const struct place operator= place_field(requirement, "operator");
	const struct place values = place_field(requirement, "values");
	pq_buffer_append_text(text, "{\"key\":");
	pq_json_write_string(text, place_text(&key), PQ_JSON_ESCAPE_HTML);
	pq_buffer_append_text(text, ",\"operator\":");
	pq_json_write_string(text, place_text(&operator), PQ_JSON_ESCAPE_HTML);
	if (place_count(&values) > 0) {
		pq_buffer_append_text(text, ",\"values\":");
		pq_json_write(text, values.value, PQ_JSON_ESCAPE_HTML);
	}
	pq_buffer_append_byte(text, '}');
}

struct pq_string check_show_selector(const struct place *selector)
{
	const struct place labels = place_field(selector, "matchLabels");
	const struct place expressions = place_field(selector, "matchExpressions");
	struct pq_buffer text;
	if (!place_is_set(selector))
		return PQ_S("null");
	pq_buffer_init_in(&text, selector->findings->arena, 0);
	pq_buffer_append_byte(&text, '{');
	if (place_count(&labels) > 0) {
		pq_buffer_append_text(&text, "\"matchLabels\":");
		pq_json_write(&text, labels.value, PQ_JSON_GO);
	}
	for (size_t i = 0; i < place_count(&expressions); i++) {
		const struct place expression = place_item(&expressions, i);
		if (i == 0)
			pq_buffer_append_text(&text, place_count(&labels) > 0
							     ? ",\"matchExpressions\":["
							     : "\"matchExpressions\":[");
		else
			pq_buffer_append_byte(&text, ',');
		write_requirement(&text, &expression);
	}
	pq_buffer_append_text(&text, place_count(&expressions) > 0 ? "]}" : "}");
	return pq_buffer_failed(&text) ? PQ_S("") : pq_buffer_view(&text);
}

struct pq_string check_show_quantities(const struct place *map)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, map->findings->arena, 0);
	if (!place_is_set(map))
		return PQ_S("null");
	pq_buffer_append_byte(&text, '{');
	for (size_t i = 0; i < place_count(map); i++) {
		const struct place quantity = place_member(map, i);
		pq_buffer_append_text(&text, i == 0 ? "" : ",");
		pq_json_write_string(&text, place_key(map, i), PQ_JSON_ESCAPE_HTML);
		pq_buffer_append_byte(&text, ':');
		pq_json_write_string(&text, check_resource_text(&quantity), PQ_JSON_COMPACT);
	}
	pq_buffer_append_byte(&text, '}');
	return pq_buffer_failed(&text) ? PQ_S("") : pq_buffer_view(&text);
}

struct pq_string check_show_labels(const struct place *map)
{
	struct pq_buffer text;
	if (!place_is_set(map))
		return PQ_S("null");
	pq_buffer_init_in(&text, map->findings->arena, 0);
	pq_json_write(&text, map->value, PQ_JSON_GO);
	return pq_buffer_failed(&text) ? PQ_S("") : pq_buffer_view(&text);
}
