#include "regex/limits.h"

#include "regex/regex.h"

#include <stdlib.h>

void pq_regex_stack_init(struct pq_regex_stack *stack)
{
	*stack = (struct pq_regex_stack){ .repeats = 1 };
}

void pq_regex_stack_done(struct pq_regex_stack *stack)
{
	free(stack->nodes);
	*stack = (struct pq_regex_stack){ 0 };
}

static void allocate_node(struct pq_regex_stack *stack)
{
	if (stack->spare > 0)
		stack->spare--;
	else
		stack->allocated++;
}

static bool is_pseudo(const struct pq_regex_node *node)
{
	return node->kind >= PQ_REGEX_LEFT_PAREN;
}

static bool is_one_character(const struct pq_regex_node *node)
{
	return node->kind == PQ_REGEX_CLASS || (node->kind == PQ_REGEX_LITERAL && node->runes == 1);
}

static void exceed(struct pq_regex_stack *stack, enum pq_regex_limit limit)
{
	if (stack->exceeded == PQ_REGEX_WITHIN_LIMITS)
		stack->exceeded = limit;
}

static void check_size(struct pq_regex_stack *stack, const struct pq_regex_node *node)
{
	if (!stack->tracks_size) {
		/* Go multiplies anew whenever it sees the same repetition again. */
		int64_t times = node->times > 0 ? node->times : 1;
		bool overflows = times > PQ_REGEX_SIZE_MAX / stack->repeats;
		stack->repeats = overflows ? PQ_REGEX_SIZE_MAX : stack->repeats * times;
		if ((int64_t)stack->allocated < PQ_REGEX_SIZE_MAX / stack->repeats)
			return;
		stack->tracks_size = true;
		for (size_t i = 0; i < stack->count; i++)
			check_size(stack, &stack->nodes[i]);
	}
	if (node->size > PQ_REGEX_SIZE_MAX)
		exceed(stack, PQ_REGEX_TOO_LARGE);
}

static void check_height(struct pq_regex_stack *stack, const struct pq_regex_node *node)
{
	if (stack->allocated < PQ_REGEX_NESTING_MAX)
		return;
	if (!stack->tracks_height) {
		stack->tracks_height = true;
		for (size_t i = 0; i < stack->count; i++)
			check_height(stack, &stack->nodes[i]);
	}
	if (node->height > PQ_REGEX_NESTING_MAX)
		exceed(stack, PQ_REGEX_TOO_DEEP);
}

static void check_limits(struct pq_regex_stack *stack, const struct pq_regex_node *node)
{
	check_size(stack, node);
	check_height(stack, node);
}

/* Joins the two topmost nodes when both are literals: "ab*" must not repeat "ab", so a literal is
 * joined only when the next thing is pushed. Whether it did. */
static bool join_literals(struct pq_regex_stack *stack)
{
	if (stack->count < 2)
		return false;
	struct pq_regex_node *top = &stack->nodes[stack->count - 1];
	struct pq_regex_node *below = top - 1;
	if (top->kind != PQ_REGEX_LITERAL || below->kind != PQ_REGEX_LITERAL ||
	    top->fold_case != below->fold_case)
		return false;
	below->runes += top->runes;
	below->size += top->size;
	stack->count--;
	return true;
}

static void append_node(struct pq_regex_stack *stack, struct pq_regex_node node)
{
	if (stack->count == stack->capacity) {
		size_t capacity = stack->capacity == 0 ? 64 : stack->capacity * 2;
		struct pq_regex_node *nodes = realloc(stack->nodes, capacity * sizeof *nodes);
		if (nodes == NULL) {
			exceed(stack, PQ_REGEX_NO_MEMORY);
			return;
		}
		stack->nodes = nodes;
		stack->capacity = capacity;
	}
	stack->nodes[stack->count++] = node;
}

static void push_node(struct pq_regex_stack *stack, struct pq_regex_node node)
{
	if (join_literals(stack))
		stack->spare++;
	append_node(stack, node);
	check_limits(stack, &node);
}

static struct pq_regex_node leaf(const struct pq_regex_stack *stack, enum pq_regex_node_kind kind)
{
	return (struct pq_regex_node){
		.kind = kind,
		.height = 1,
		.size = 1,
		.copies = 1,
		.written = stack->written,
	};
}

void pq_regex_push_literal(struct pq_regex_stack *stack, bool fold_case)
{
	struct pq_regex_node node = leaf(stack, PQ_REGEX_LITERAL);
	node.runes = 1;
	node.fold_case = fold_case;
	allocate_node(stack);
	push_node(stack, node);
}

void pq_regex_push_class(struct pq_regex_stack *stack, bool single_rune)
{
	allocate_node(stack);
	if (!single_rune) {
		push_node(stack, leaf(stack, PQ_REGEX_CLASS));
		return;
	}
	struct pq_regex_node node = leaf(stack, PQ_REGEX_LITERAL);
	node.runes = 1;
	bool joined = join_literals(stack);
	append_node(stack, node);
	if (!joined)
		check_limits(stack, &node);
}

void pq_regex_push_leaf(struct pq_regex_stack *stack)
{
	allocate_node(stack);
	push_node(stack, leaf(stack, PQ_REGEX_LEAF));
}

void pq_regex_push_paren(struct pq_regex_stack *stack, bool captures, bool fold_case)
{
	struct pq_regex_node node = leaf(stack, PQ_REGEX_LEFT_PAREN);
	node.captures = captures;
	node.saved_fold = fold_case;
	allocate_node(stack);
	push_node(stack, node);
}

bool pq_regex_can_repeat(const struct pq_regex_stack *stack)
{
	return stack->count > 0 && !is_pseudo(&stack->nodes[stack->count - 1]);
}

static void wrap_top(struct pq_regex_stack *stack, int64_t size, uint32_t copies, uint32_t times)
{
	struct pq_regex_node *top = &stack->nodes[stack->count - 1];
	*top = (struct pq_regex_node){
		.kind = PQ_REGEX_UNARY,
		.height = top->height + 1,
		.copies = copies,
		.times = times,
		.size = size > 1 ? size : 1,
		.written = top->written,
	};
	check_limits(stack, top);
}

void pq_regex_apply_operator(struct pq_regex_stack *stack, int extra)
{
	struct pq_regex_node top = stack->nodes[stack->count - 1];
	allocate_node(stack);
	wrap_top(stack, top.size + extra, top.copies, 0);
}

static int64_t repeated_size(int64_t size, int min, int max)
{
	if (max < 0)
		return min == 0 ? 2 + size : 1 + min * size;
	return max * size + (max - min);
}

bool pq_regex_apply_repeat(struct pq_regex_stack *stack, int min, int max)
{
	struct pq_regex_node top = stack->nodes[stack->count - 1];
	int times = max < 0 ? min : max;
	int64_t factor = times > 0 ? times : 1;

	/* What is repeated no times at all has no copies, whatever is in it. */
	int64_t copies = max == 0 ? 1 : factor * top.copies;
	bool valid = copies <= PQ_REGEX_COPIES_MAX || (min < 2 && max < 2);
	allocate_node(stack);
	wrap_top(stack, repeated_size(top.size, min, max), valid ? (uint32_t)copies : 1,
		 (uint32_t)factor);
	return valid;
}

/* Index of the lowest node that is above the last pseudo-node. */
static size_t find_operands(const struct pq_regex_stack *stack)
{
	size_t first = stack->count;
	while (first > 0 && !is_pseudo(&stack->nodes[first - 1]))
		first--;
	return first;
}

static struct pq_regex_node collapse(struct pq_regex_stack *stack, size_t first,
				     enum pq_regex_node_kind kind)
{
	struct pq_regex_node whole = { .kind = kind, .copies = 1 };
	allocate_node(stack);
	for (size_t i = first; i < stack->count; i++) {
		const struct pq_regex_node *node = &stack->nodes[i];
		bool hoisted = node->kind == kind;
		uint32_t height = hoisted ? node->height : node->height + 1;
		if (height > whole.height)
			whole.height = height;
		if (node->copies > whole.copies)
			whole.copies = node->copies;
		whole.size += node->size;
		if (hoisted)
			stack->spare++;
	}
	if (kind == PQ_REGEX_ALTERNATE)
		whole.size += (int64_t)(stack->count - first) - 1;
	return whole;
}

static void reduce_to(struct pq_regex_stack *stack, enum pq_regex_node_kind kind)
{
	size_t first = find_operands(stack);
	struct pq_regex_node whole;
	if (first == stack->count) {
		allocate_node(stack);
		whole = leaf(stack, PQ_REGEX_LEAF);
	} else if (first + 1 == stack->count) {
		whole = stack->nodes[first];
	} else {
		whole = collapse(stack, first, kind);
	}
	stack->count = first;
	push_node(stack, whole);
}

static void reduce_concat(struct pq_regex_stack *stack)
{
	if (join_literals(stack))
		stack->spare++;
	reduce_to(stack, PQ_REGEX_CONCAT);
}

/* Moves an expression that stands above a "|" below it, where the alternatives gather; one
 * character beside another becomes a class. False when there is no "|". */
static bool swap_bar(struct pq_regex_stack *stack)
{
	if (stack->count < 2)
		return false;
	struct pq_regex_node *top = &stack->nodes[stack->count - 1];
	struct pq_regex_node *bar = top - 1;
	if (bar->kind != PQ_REGEX_VERTICAL_BAR)
		return false;
	if (stack->count >= 3 && is_one_character(top) && is_one_character(bar - 1)) {
		bar[-1] = leaf(stack, PQ_REGEX_CLASS);
		stack->count--;
		stack->spare++;
		return true;
	}
	struct pq_regex_node expression = *top;
	*top = *bar;
	*bar = expression;
	return true;
}

void pq_regex_push_bar(struct pq_regex_stack *stack)
{
	reduce_concat(stack);
	if (swap_bar(stack))
		return;
	allocate_node(stack);
	push_node(stack, leaf(stack, PQ_REGEX_VERTICAL_BAR));
}

void pq_regex_reduce(struct pq_regex_stack *stack)
{
	reduce_concat(stack);
	if (swap_bar(stack))
		stack->count--;
	reduce_to(stack, PQ_REGEX_ALTERNATE);
}

bool pq_regex_close_paren(struct pq_regex_stack *stack, bool *fold_case)
{
	pq_regex_reduce(stack);
	if (stack->count < 2)
		return false;
	struct pq_regex_node whole = stack->nodes[stack->count - 1];
	struct pq_regex_node paren = stack->nodes[stack->count - 2];
	if (paren.kind != PQ_REGEX_LEFT_PAREN)
		return false;
	stack->count -= 2;
	*fold_case = paren.saved_fold;
	whole.written = paren.written;
	if (paren.captures) {
		whole.kind = PQ_REGEX_UNARY;
		whole.times = 0;
		whole.height++;
		whole.size += 2;
	}
	push_node(stack, whole);
	return true;
}
