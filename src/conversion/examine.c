/* Rules held against the schemas of the versions: a path that is mistyped is no mistake of form,
 * and no object is the worse for it, but its author would like to know. */
#include "conversion/route.h"
#include "schema/cursor.h"

#include <stdio.h>

enum { REMARK_MAX = 1024 };

struct examination {
	const struct pq_conversion *conversion;
	const struct pq_conversion_side *sides;
	size_t side_count;
	pq_conversion_remark *remark;
	void *context;
	size_t pairing; /* indexes of what is being looked at */
	size_t rule;
};

static void tell(const struct examination *examination, const char *format, ...) PQ_PRINTF(2, 3);

static void tell(const struct examination *examination, const char *format, ...)
{
	char text[REMARK_MAX];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	examination->remark(text, examination->context);
}

static const struct pq_schema *find_schema(const struct examination *examination,
					   struct pq_string version)
{
	for (size_t i = 0; i < examination->side_count; i++) {
		if (pq_string_equal(examination->sides[i].version, version))
			return examination->sides[i].schema;
	}
	return NULL;
}

/* A step down; *node becomes NULL where the schema has nothing, unless it takes anything. False at
 * the end of what it tells. */
static bool step_down(const struct pq_node **node, const struct step *step)
{
	const struct pq_node *from = *node;
	*node = step->name.data == NULL ? pq_schema_each(from) : pq_schema_member(from, step->name);
	return *node != NULL || pq_schema_is_open(from);
}

static void write_step(struct pq_buffer *text, const struct step *step)
{
	if (step->name.data == NULL)
		pq_buffer_append_text(text, "[*]");
	else
		pq_buffer_append_format(text, ".%.*s", PQ_STRING_ARGUMENT(step->name));
}

/* Goes steps down from a node, writing them. False, when it has told that there is no such field.
 */
static bool follow(const struct examination *examination, struct pq_string version,
		   const struct step *steps, size_t count, const struct pq_node **node,
		   struct pq_buffer *text)
{
	for (size_t i = 0; *node != NULL && i < count; i++) {
		write_step(text, &steps[i]);
		if (step_down(node, &steps[i]))
			continue;
		tell(examination,
		     "spec.conversions[%zu].rules[%zu]: version %.*s has no field %.*s",
		     examination->pairing, examination->rule, PQ_STRING_ARGUMENT(version),
		     PQ_STRING_ARGUMENT(pq_buffer_view(text)));
		return false;
	}
	return true;
}

static void examine_place(const struct examination *examination, struct pq_string version,
			  const struct rule *rule, struct place place)
{
	const struct pq_schema *schema = find_schema(examination, version);
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, REMARK_MAX);
	if (schema == NULL)
		return;
	const struct pq_node *node = pq_schema_root(schema);
	if (follow(examination, version, rule->scope.items, rule->scope.count, &node, &text))
		follow(examination, version, place.steps, place.count, &node, &text);
}

static void examine_rule(const struct examination *examination, const struct pairing *pairing,
			 const struct rule *rule)
{
	switch (rule->kind) {
	case RULE_MOVE:
		examine_place(examination, pairing->first, rule, rule->at);
		examine_place(examination, pairing->second, rule, rule->to);
		break;
	case RULE_SPLIT:
		examine_place(examination, pairing->first, rule, rule->at);
		for (size_t i = 0; i < rule->part_count; i++)
			examine_place(examination, pairing->second, rule, rule->parts[i].at);
		break;
	case RULE_DEFAULT:
	case RULE_CONSTANT:
		examine_place(examination, rule->is_for_first ? pairing->first : pairing->second,
			      rule, rule->at);
		break;
	}
}

static void examine_version(const struct examination *examination, struct pq_string version)
{
	if (find_schema(examination, version) == NULL)
		tell(examination,
		     "spec.conversions[%zu]: the CustomResourceDefinition has no version %.*s",
		     examination->pairing, PQ_STRING_ARGUMENT(version));
}

void pq_conversion_examine(const struct pq_conversion *conversion,
			   const struct pq_conversion_side *sides, size_t side_count,
			   pq_conversion_remark *remark, void *context)
{
	struct examination examination = {
		.conversion = conversion,
		.sides = sides,
		.side_count = side_count,
		.remark = remark,
		.context = context,
	};
	for (size_t i = 0; i < conversion->pairing_count; i++) {
		const struct pairing *pairing = &conversion->pairings[i];
		examination.pairing = i;
		examine_version(&examination, pairing->first);
		examine_version(&examination, pairing->second);
		for (size_t j = 0; j < pairing->rule_count; j++) {
			examination.rule = j;
			examine_rule(&examination, pairing, &pairing->rules[j]);
		}
	}
	struct route route;
	for (size_t i = 1; i < side_count; i++) {
		if (!route_find(conversion, sides[0].version, sides[i].version, &route))
			tell(&examination,
			     "spec.conversions: no rules lead from version %.*s to %.*s",
			     PQ_STRING_ARGUMENT(sides[0].version),
			     PQ_STRING_ARGUMENT(sides[i].version));
	}
}
