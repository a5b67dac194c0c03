/* Rules of the group coordination.k8s.io: Lease. */
#include "registry/builtin/rules.h"

/* ValidateLeaseSpec; strategy and preferredHolder are dropped first unless the feature gate
 * CoordinatedLeaderElection is on. */
void rules_check_lease(const struct place *lease)
{
	const struct place spec = place_field(lease, "spec");
	const struct place duration = place_field(&spec, "leaseDurationSeconds");
	const struct place transitions = place_field(&spec, "leaseTransitions");
	if (place_is_set(&duration) && place_integer(&duration) <= 0)
		refuse_number(&duration, place_integer(&duration), "must be greater than 0");
	check_non_negative(&transitions);
}
