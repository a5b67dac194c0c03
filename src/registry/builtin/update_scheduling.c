/* What of a RuntimeClass and a PriorityClass may not change. */
#include "registry/builtin/update.h"

/* ValidateRuntimeClassUpdate */
void update_check_runtime_class(const struct place *now, const struct place *old)
{
	const struct place handler = place_field(now, "handler");
	const struct place before = place_field(old, "handler");
	if (!update_is_same(handler.value, before.value))
		refuse_string(&handler, place_text(&handler), "field is immutable");
}

/* ValidatePriorityClassUpdate */
void update_check_priority_class(const struct place *now, const struct place *old)
{
	const struct place value = place_field(now, "value");
	const struct place before = place_field(old, "value");
	if (place_integer(&value) != place_integer(&before))
		refuse_forbidden(&value, "may not be changed in an update.");
	update_check_text(now, old, "preemptionPolicy", "PreemptLowerPriority");
}
