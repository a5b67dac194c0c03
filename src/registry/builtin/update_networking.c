/* What of an EndpointSlice and an IngressClass may not change. */
#include "registry/builtin/update.h"

/* ValidateEndpointSliceUpdate */
void update_check_endpoint_slice(const struct place *now, const struct place *old)
{
	update_check_field(now, old, "addressType");
}

/* ValidateIngressClassUpdate */
void update_check_ingress_class(const struct place *now, const struct place *old)
{
	const struct place spec = place_field(now, "spec");
	const struct place before = place_field(old, "spec");
	const struct place controller = place_field(&spec, "controller");
	const struct place old_controller = place_field(&before, "controller");
	if (!update_is_same(controller.value, old_controller.value))
		refuse_string(&controller, place_text(&controller), "field is immutable");
}
