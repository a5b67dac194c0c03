#include "conversion/compile_rule.h"

enum { SEPARATOR_MAX = 64 };

/* How many steps there are up to the last one into each. */
static size_t scope_of(const struct steps *path)
{
	size_t count = path->count;
	while (count > 0 && path->items[count - 1].name.data != NULL)
		count--;
	return count;
}

static struct place place_behind(const struct steps *path, size_t scope)
{
	return (struct place){
		.steps = path->items + scope,
		.count = path->count - scope,
		.lasting = scope == 0,
	};
}

static bool have_one_scope(const struct steps *a, const struct steps *b)
{
	size_t count = scope_of(a);
	if (scope_of(b) != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if ((a->items[i].name.data == NULL) != (b->items[i].name.data == NULL) ||
		    !pq_string_equal(a->items[i].name, b->items[i].name))
			return false;
	}
	return true;
}

static void set_place(struct rule *rule, const struct steps *path)
{
	rule->scope = (struct steps){ .items = path->items, .count = scope_of(path) };
	rule->at = place_behind(path, rule->scope.count);
}

static bool are_equal(struct place a, struct place b)
{
	bool equal = a.count == b.count;
	for (size_t i = 0; equal && i < a.count; i++)
		equal = pq_string_equal(a.steps[i].name, b.steps[i].name);
	return equal;
}

/* Sets the places of a move. */
static bool pair(const struct compiler *compiler, const struct pq_value *source, const char *field,
		 const struct steps *from, const struct steps *to, struct rule *rule)
{
	if (!have_one_scope(from, to))
		return source_refuse(
			compiler, source, field,
			"both paths must be the same up to their last [*]: a value stays in "
			"its item");
	set_place(rule, from);
	rule->to = place_behind(to, rule->scope.count);
	if (are_equal(rule->at, rule->to))
		return source_refuse(compiler, source, field, "both paths are the same");
	return true;
}

static bool compile_move(const struct compiler *compiler, const struct pq_value *source,
			 const char *field, struct rule *rule)
{
	static const struct keys keys = { { "from", "to" } };
	struct steps from, to;
	rule->kind = RULE_MOVE;
	return source_expect(compiler, source, field, &keys) &&
	       source_take_path(compiler, source, field, "from", &from) &&
	       source_take_path(compiler, source, field, "to", &to) &&
	       pair(compiler, source, field, &from, &to, rule);
}

/* A move to another name in the same object. */
static bool compile_rename(const struct compiler *compiler, const struct pq_value *source,
			   const char *field, struct rule *rule)
{
	static const struct keys keys = { { "from", "to" } };
	struct steps from;
	struct pq_string name;
	rule->kind = RULE_MOVE;
	if (!source_expect(compiler, source, field, &keys) ||
	    !source_take_path(compiler, source, field, "from", &from) ||
	    !source_take_text(compiler, source, field, "to", &name))
		return false;
	if (from.items[from.count - 1].name.data == NULL)
		return source_refuse(compiler, source, field,
				     "from ends with [*], which has no name: use move");
	if (name.data[0] == '.')
		return source_refuse(compiler, pq_value_find(source, PQ_S("to")), field,
				     "to must be a name, not a path: use move");
	size_t size = from.count * sizeof *from.items;
	struct step *steps = pq_arena_alloc(compiler->arena, size);
	if (steps == NULL)
		return source_out_of_memory(compiler);
	memcpy(steps, from.items, size);
	steps[from.count - 1].name = name;
	const struct steps to = { .items = steps, .count = from.count };
	return (!source_is_reserved(&to) ||
		source_refuse(compiler, source, field, "the name \"%s\" is not the rules' to give",
			      name.data)) &&
	       pair(compiler, source, field, &from, &to, rule);
}

static bool compile_part(const struct compiler *compiler, const struct pq_value *source,
			 const char *field, const struct steps *from, struct part *part)
{
	static const struct keys keys = { { "path", "type" } };
	struct steps path;
	struct pq_string type = PQ_S("string");
	if (source->kind != PQ_OBJECT) {
		if (!source_read_path(compiler, source, field, &path))
			return false;
	} else if (!source_expect(compiler, source, field, &keys) ||
		   !source_take_path(compiler, source, field, "path", &path) ||
		   !source_take_text(compiler, source, field, "type", &type)) {
		return false;
	}
	part->is_integer = pq_string_is(type, "integer");
	if (!part->is_integer && !pq_string_is(type, "string"))
		return source_refuse(compiler, source, field, "type must be string or integer");
	if (!have_one_scope(from, &path))
		return source_refuse(
			compiler, source, field,
			"the paths must be the same up to their last [*]: a value stays in "
			"its item");
	part->at = place_behind(&path, scope_of(&path));
	return part->at.count > 0 ||
	       source_refuse(compiler, source, field, "into must name fields, not items");
}

static bool is_among(const struct part *parts, size_t count, struct place at)
{
	for (size_t i = 0; i < count; i++) {
		if (are_equal(parts[i].at, at))
			return true;
	}
	return false;
}

static bool compile_split(const struct compiler *compiler, const struct pq_value *source,
			  const char *field, struct rule *rule)
{
	static const struct keys keys = { { "from", "separator", "into" } };
	struct steps from;
	rule->kind = RULE_SPLIT;
	if (!source_expect(compiler, source, field, &keys) ||
	    !source_take_path(compiler, source, field, "from", &from) ||
	    !source_take_text(compiler, source, field, "separator", &rule->separator))
		return false;
	if (rule->separator.length > SEPARATOR_MAX)
		return source_refuse(compiler, source, field, "separator is longer than %d bytes",
				     SEPARATOR_MAX);
	const struct pq_value *into =
		source_take_list(compiler, source, field, "into", PQ_CONVERSION_PARTS_MAX);
	if (into == NULL)
		return false;
	if (into->length < 2)
		return source_refuse(compiler, into, field, "into must name two fields or more");
	set_place(rule, &from);
	struct part *parts = pq_arena_alloc_array(compiler->arena, into->length, sizeof *parts);
	if (parts == NULL)
		return source_out_of_memory(compiler);
	for (size_t i = 0; i < into->length; i++) {
		if (!compile_part(compiler, &into->items[i], field, &from, &parts[i]))
			return false;
		if (is_among(parts, i, parts[i].at))
			return source_refuse(compiler, &into->items[i], field,
					     "into names this field before");
	}
	rule->parts = parts;
	rule->part_count = into->length;
	return true;
}

static bool compile_given(const struct compiler *compiler, const struct pq_value *source,
			  const char *field, const struct pairing *pairing, struct rule *rule)
{
	static const struct keys keys = { { "path", "value", "in" } };
	struct steps path;
	struct pq_string version;
	if (!source_expect(compiler, source, field, &keys) ||
	    !source_take_path(compiler, source, field, "path", &path) ||
	    !source_take_text(compiler, source, field, "in", &version))
		return false;
	const struct pq_value *value = pq_value_find(source, PQ_S("value"));
	if (value == NULL)
		return source_refuse(compiler, source, field, "value is missing");
	if (!pq_value_copy(compiler->arena, value, &rule->value))
		return source_out_of_memory(compiler);
	rule->is_for_first = pq_string_equal(version, pairing->first);
	if (!rule->is_for_first && !pq_string_equal(version, pairing->second))
		return source_refuse(compiler, source, field, "in must be %s or %s",
				     pairing->first.data, pairing->second.data);
	set_place(rule, &path);
	return rule->at.count > 0 || source_refuse(compiler, source, field,
						   "the path must end with a field, not with [*]");
}

/* One key: what the rule does. */
bool compile_rule(const struct compiler *compiler, const struct pq_value *source,
		  const struct pairing *pairing, struct rule *rule)
{
	static const struct keys kinds = { { "rename", "move", "split", "default", "constant" } };
	const char *field = "spec.conversions.rules";
	if (!source_expect(compiler, source, field, &kinds))
		return false;
	if (source->object->count != 1)
		return source_refuse(
			compiler, source, field,
			"a rule must be one of rename, move, split, default and constant");
	const struct pq_member *member = &source->object->members[0];
	if (pq_string_is(member->key, "rename"))
		return compile_rename(compiler, &member->value, "rename", rule);
	if (pq_string_is(member->key, "move"))
		return compile_move(compiler, &member->value, "move", rule);
	if (pq_string_is(member->key, "split"))
		return compile_split(compiler, &member->value, "split", rule);
	bool is_default = pq_string_is(member->key, "default");
	rule->kind = is_default ? RULE_DEFAULT : RULE_CONSTANT;
	return compile_given(compiler, &member->value, is_default ? "default" : "constant", pairing,
			     rule);
}
