/* Security contexts of pods and of their containers. */
#include "registry/builtin/pod.h"

#include "base/utf8.h"
#include "json/write.h"

enum {
	LOCALHOST_PROFILE_MAX = 4095, /* bytes: PATH_MAX - 1 */
};

static const char *const profile_types[] = { "Localhost", "RuntimeDefault", "Unconfined", NULL };

/* IsValidUserID, IsValidGroupID */
static void check_id(const struct place *owner, const char *name)
{
	const struct place id = place_field(owner, name);
	check_range(&id, 0, INT32_MAX);
}

static void check_profile_type(const struct place *profile, const char *missing)
{
	const struct place type = place_field(profile, "type");
	if (place_text(&type).length == 0)
		refuse_required(&type, missing);
	else
		check_enum(&type, profile_types);
}

/* A SeccompProfile has no more than these two fields; Go shows it by their names. */
static struct pq_string show_profile(const struct place *profile)
{
	const struct place type = place_field(profile, "type");
	const struct place local = place_field(profile, "localhostProfile");
	struct pq_buffer text;
	pq_buffer_init_in(&text, profile->findings->arena, 0);
	pq_buffer_append_text(&text, "{\"Type\":");
	pq_json_write_string(&text, place_text(&type), PQ_JSON_ESCAPE_HTML);
	pq_buffer_append_text(&text, ",\"LocalhostProfile\":");
	pq_json_write_string(&text, place_text(&local), PQ_JSON_ESCAPE_HTML);
	pq_buffer_append_byte(&text, '}');
	return pq_buffer_failed(&text) ? PQ_S("") : pq_buffer_view(&text);
}

/* validateSeccompProfileField */
static void check_seccomp(const struct place *context)
{
	const struct place profile = place_field(context, "seccompProfile");
	const struct place type = place_field(&profile, "type");
	const struct place local = place_field(&profile, "localhostProfile");
	if (!place_is_set(&profile))
		return;
	check_profile_type(&profile, "type is required when seccompProfile is set");
	if (!place_is_text(&type, "Localhost")) {
		if (place_is_set(&local))
			refuse_shown(&local, show_profile(&profile),
				     "can only be set when seccomp type is Localhost");
	} else if (!place_is_set(&local)) {
		refuse_required(&local, "must be set when seccomp type is Localhost");
	} else {
		path_check_relative(&local);
	}
}

static void check_app_armor_file(const struct place *local)
{
	struct pq_string text = place_text(local);
	if (!place_is_set(local))
		refuse_required(local, "must be set when AppArmor type is Localhost");
	else if (pq_utf8_trim(text).length != text.length)
		refuse_string(local, text, "must not be padded with whitespace");
	else if (text.length == 0)
		refuse_required(local, "must be set when AppArmor type is Localhost");
	if (text.length > LOCALHOST_PROFILE_MAX)
		refuse_too_long(local, LOCALHOST_PROFILE_MAX);
}

/* ValidateAppArmorProfileField */
static void check_app_armor(const struct place *context)
{
	const struct place profile = place_field(context, "appArmorProfile");
	const struct place type = place_field(&profile, "type");
	const struct place local = place_field(&profile, "localhostProfile");
	if (!place_is_set(&profile))
		return;
	check_profile_type(&profile, "type is required when appArmorProfile is set");
	if (place_is_text(&type, "Localhost"))
		check_app_armor_file(&local);
	else if (place_is_one_of(&type, profile_types) && place_is_set(&local))
		refuse_word(&local, place_text(&local),
			    "can only be set when AppArmor type is Localhost");
}

static bool is_sysctl_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
}

/* IsValidSysctlName: parts between dots and slashes begin and end with a letter or a digit. */
static bool is_sysctl(struct pq_string name)
{
	enum { SYSCTL_MAX = 253 };
	for (size_t i = 0; i < name.length; i++) {
		bool is_edge = i == 0 || i + 1 == name.length || name.data[i - 1] == '.' ||
			       name.data[i - 1] == '/' || name.data[i + 1] == '.' ||
			       name.data[i + 1] == '/';
		bool is_between = strchr("-_./", name.data[i]) != NULL && name.data[i] != '\0';
		if (!is_sysctl_byte(name.data[i]) && (is_edge || !is_between))
			return false;
	}
	return name.length > 0 && name.length <= SYSCTL_MAX;
}

/* utilsysctl.GetNamespace */
static bool is_in(struct pq_string name, const char *const *prefixes)
{
	for (; *prefixes != NULL; prefixes++) {
		if (pq_string_starts_with(name, pq_string_from(*prefixes)))
			return true;
	}
	return false;
}

/* validateSysctls */
static void check_sysctls(const struct place *spec, const struct place *context)
{
	static const char *const net[] = { "net.", "net/", NULL };
	static const char *const ipc[] = { "fs.mqueue.", "fs/mqueue/", "kernel.msg",
					   "kernel/msg", "kernel.sem", "kernel/sem",
					   "kernel.shm", "kernel/shm", NULL };
	const struct place list = place_field(context, "sysctls");
	const struct place network = place_field(spec, "hostNetwork");
	const struct place host_ipc = place_field(spec, "hostIPC");
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	for (size_t i = 0; i < place_count(&list); i++) {
		const struct place item = place_item(&list, i);
		const struct place name = place_field(&item, "name");
		struct pq_string text = place_text(&name);
		bool is_new = place_note(&name, &seen, text);
		if (!check_required(&name))
			continue;
		if (!is_sysctl(text))
			refuse_string(&name, text,
				      "must have at most 253 characters and match regex "
				      "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*"
				      "[a-z0-9])?$");
		else if (!is_new)
			refuse_duplicate(&name, text);
		if (place_flag(&network) && is_in(text, net))
			refuse_string(&name, text,
				      "may not be specified when 'hostNetwork' is true");
		else if (place_flag(&host_ipc) && is_in(text, ipc))
			refuse_string(&name, text, "may not be specified when 'hostIPC' is true");
	}
}

/* MountOption is for clusters with the feature gate SELinuxMount. */
static void check_pod_enums(const struct place *context)
{
	static const char *const changes[] = { "Always", "OnRootMismatch", NULL };
	static const char *const groups[] = { "Merge", "Strict", NULL };
	static const char *const labels[] = { "Recursive", NULL };
	const struct place change = place_field(context, "fsGroupChangePolicy");
	const struct place group = place_field(context, "supplementalGroupsPolicy");
	const struct place label = place_field(context, "seLinuxChangePolicy");
	check_optional_enum(&change, changes);
	check_optional_enum(&group, groups);
	if (!place_is_text(&label, "MountOption"))
		check_optional_enum(&label, labels);
}

/* validatePodSpecSecurityContext */
void pod_check_security_context(const struct place *spec)
{
	const struct place context = place_field(spec, "securityContext");
	const struct place groups = place_field(&context, "supplementalGroups");
	const struct place share = place_field(spec, "shareProcessNamespace");
	const struct place told = place_field(&context, "shareProcessNamespace");
	const struct place host_pid = place_field(spec, "hostPID");
	check_id(&context, "fsGroup");
	check_id(&context, "runAsUser");
	check_id(&context, "runAsGroup");
	for (size_t i = 0; i < place_count(&groups); i++) {
		const struct place group = place_item(&groups, i);
		check_range(&group, 0, INT32_MAX);
	}
	if (place_flag(&share) && place_flag(&host_pid))
		refuse_shown(&told, PQ_S("true"),
			     "ShareProcessNamespace and HostPID cannot both be enabled");
	check_sysctls(spec, &context);
	check_pod_enums(&context);
	check_seccomp(&context);
	pod_check_windows_options(&context);
	check_app_armor(&context);
}

static void check_proc_mount(const struct place *context, bool host_users)
{
	static const char *const mounts[] = { "Default", "Unmasked", NULL };
	const struct place mount = place_field(context, "procMount");
	check_optional_enum(&mount, mounts);
	if (host_users && place_is_text(&mount, "Unmasked"))
		refuse_word(&mount, place_text(&mount),
			    "`hostUsers` must be false to use `Unmasked`");
}

/* The server shows the whole of its internal struct; the findings here show what was sent. */
static void check_escalation(const struct place *context)
{
	const struct place escalation = place_field(context, "allowPrivilegeEscalation");
	const struct place privileged = place_field(context, "privileged");
	const struct place capabilities = place_field(context, "capabilities");
	const struct place add = place_field(&capabilities, "add");
	if (!place_is_set(&escalation) || place_flag(&escalation))
		return;
	if (place_flag(&privileged))
		refuse_value(context, "cannot set `allowPrivilegeEscalation` to false and "
				      "`privileged` to true");
	if (place_lists(&add, "CAP_SYS_ADMIN"))
		refuse_value(context, "cannot set `allowPrivilegeEscalation` to false and "
				      "`capabilities.Add` CAP_SYS_ADMIN");
}

/* ValidateSecurityContext; whether privileged containers are allowed is the cluster's choice. */
void pod_check_container_security(const struct place *container, bool host_users)
{
	const struct place context = place_field(container, "securityContext");
	check_id(&context, "runAsUser");
	check_id(&context, "runAsGroup");
	check_proc_mount(&context, host_users);
	check_seccomp(&context);
	check_escalation(&context);
	pod_check_windows_options(&context);
	check_app_armor(&context);
}
